/*
 * Lets Node call a race's policy as machine code of this computer (evidence/bench/race-code.ts). The C of the policy is
 * the native build's translation of evidence/bench/programs/race.ts.
 *
 * The library exports the functions of race.ts under their names, and four more:
 *
 *     reserve(bytes)      makes that much memory; false if the addresses from MEMORY_BASE on are in use
 *     clear()             clears the memory and writes the static data into it
 *     write(at, words)    copies a Uint32Array to an address
 *     read(at, words)     fills a Uint32Array from an address
 *
 * There is one memory for each process. The names and types of Node-API are declared here, because an installation of
 * Node need not have its headers.
 */
#include <string.h>
#include <sys/mman.h>

#include "constants.h"
#include "data.h"
#include "types.h"

typedef struct napi_env__ *napi_env;
typedef struct napi_value__ *napi_value;
typedef struct napi_callback_info__ *napi_callback_info;
typedef napi_value (*napi_callback)(napi_env, napi_callback_info);
int napi_get_cb_info(napi_env, napi_callback_info, size_t *, napi_value *, napi_value *, void **);
int napi_get_value_uint32(napi_env, napi_value, u32 *);
int napi_create_uint32(napi_env, u32, napi_value *);
int napi_get_boolean(napi_env, bool, napi_value *);
int napi_get_typedarray_info(napi_env, napi_value, int *, size_t *, void **, napi_value *, size_t *);
int napi_create_function(napi_env, const char *, size_t, napi_callback, void *, napi_value *);
int napi_set_named_property(napi_env, napi_value, const char *, napi_value);

#define MOST_ARGUMENTS 5

static u8 *const memory = (u8 *)MEMORY_BASE;
static size_t memoryBytes;

/* A race makes no system calls. */
u64 kernel_syscall(u32 a, u32 b, u32 c, u32 d, u32 e, u32 f, u32 g, u32 h, u32 i, u32 j, u32 k, u32 l) {
  return 0;
}

static void arguments(napi_env env, napi_callback_info info, napi_value values[MOST_ARGUMENTS]) {
  size_t count = MOST_ARGUMENTS;
  napi_get_cb_info(env, info, &count, values, NULL, NULL);
}

static u32 number(napi_env env, napi_value value) {
  u32 result = 0;
  napi_get_value_uint32(env, value, &result);
  return result;
}

static napi_value reserve(napi_env env, napi_callback_info info) {
  napi_value values[MOST_ARGUMENTS], result;
  arguments(env, info, values);
  if (memoryBytes > 0) munmap(memory, memoryBytes);
  memoryBytes = number(env, values[0]);
  void *got = mmap(memory, memoryBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (got != memory) {
    if (got != MAP_FAILED) munmap(got, memoryBytes);
    memoryBytes = 0;
  }
  napi_get_boolean(env, memoryBytes > 0, &result);
  return result;
}

static napi_value clear(napi_env env, napi_callback_info info) {
  memset(memory, 0, memoryBytes);
  memcpy(memory + DATA_BASE, data, sizeof data);
  return NULL;
}

/* The place in the memory and the Uint32Array of `write` and `read`. */
struct Words {
  u8 *place;
  void *words;
  size_t bytes;
};

static struct Words wordsOf(napi_env env, napi_callback_info info) {
  napi_value values[MOST_ARGUMENTS];
  arguments(env, info, values);
  size_t length = 0;
  void *words = NULL;
  napi_get_typedarray_info(env, values[1], NULL, &length, &words, NULL, NULL);
  return (struct Words){memory + number(env, values[0]), words, length * sizeof(u32)};
}

static napi_value writeWords(napi_env env, napi_callback_info info) {
  struct Words copied = wordsOf(env, info);
  memcpy(copied.place, copied.words, copied.bytes);
  return NULL;
}

static napi_value readWords(napi_env env, napi_callback_info info) {
  struct Words copied = wordsOf(env, info);
  memcpy(copied.words, copied.place, copied.bytes);
  return NULL;
}

/* A function of race.ts, with its number of parameters and whether it has a result. */
#define RESULT(call)                                   \
  napi_value result;                                   \
  napi_create_uint32(env, call, &result);              \
  return result;
#define NO_RESULT(call) \
  call;                 \
  return NULL;
#define DEFINE(name, type, parameters, finish, ...)                     \
  type race_##name parameters;                                          \
  static napi_value name(napi_env env, napi_callback_info info) {       \
    napi_value values[MOST_ARGUMENTS];                                  \
    arguments(env, info, values);                                       \
    finish(race_##name(__VA_ARGS__))                                    \
  }
#define ARGUMENT(index) number(env, values[index])

DEFINE(bytesBefore, u32, (u32, u32), RESULT, ARGUMENT(0), ARGUMENT(1))
DEFINE(begin, u32, (u32, u32, u32, u32, u32), RESULT, ARGUMENT(0), ARGUMENT(1), ARGUMENT(2), ARGUMENT(3), ARGUMENT(4))
DEFINE(rehearse, void, (void), NO_RESULT)
DEFINE(run, void, (u32, u32), NO_RESULT, ARGUMENT(0), ARGUMENT(1))
DEFINE(failures, u32, (void), RESULT)
DEFINE(freeAtFailure, u32, (void), RESULT)
DEFINE(freePages, u32, (void), RESULT)
DEFINE(largestFree, u32, (void), RESULT)
DEFINE(peakBlocks, u32, (void), RESULT)
DEFINE(tablesAtPeak, u32, (void), RESULT)
DEFINE(liveAtPeak, u32, (void), RESULT)
DEFINE(peakLive, u32, (void), RESULT)
DEFINE(check, u32, (void), RESULT)

static const struct {
  const char *name;
  napi_callback function;
} functions[] = {
    {"reserve", reserve},
    {"clear", clear},
    {"write", writeWords},
    {"read", readWords},
    {"bytesBefore", bytesBefore},
    {"begin", begin},
    {"rehearse", rehearse},
    {"run", run},
    {"failures", failures},
    {"freeAtFailure", freeAtFailure},
    {"freePages", freePages},
    {"largestFree", largestFree},
    {"peakBlocks", peakBlocks},
    {"tablesAtPeak", tablesAtPeak},
    {"liveAtPeak", liveAtPeak},
    {"peakLive", peakLive},
    {"check", check},
};

/* Node calls this function when it loads the library. */
__attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    napi_value function;
    napi_create_function(env, functions[i].name, strlen(functions[i].name), functions[i].function, NULL, &function);
    napi_set_named_property(env, exports, functions[i].name, function);
  }
  return exports;
}
