/** Bundles the public entries of the package (api/) and writes their types. */
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type Part, writeOutput } from "../incremental";

/** Entries of the package, by the name of their file in api/. */
export const LIBRARY_ENTRIES = ["main", "node", "decode", "traces", "lab"] as const;

/** The build's own sources in subfolders are inputs of the parts that they make. */
const THIS_FILE = "tools/build/package/library.ts";
export const LIBRARY_FOLDER = "dist/api";
const TYPES_FOLDER = "dist/types";

/** The names that AssemblyScript gives to numbers (system/portable.d.ts), as other programs know them. */
const PORTABLE_TYPES = /^(?:[iu](?:8|16|32|64|size)|f32|f64|bool)$/;

/** ES modules, with the code that entries share in modules of their own. */
export const libraryCode: Part = {
  name: "api",
  outputs: LIBRARY_ENTRIES.map((name) => `${LIBRARY_FOLDER}/${name}.js`),
  async make() {
    const { build: bundle } = await import("esbuild");
    const { metafile, outputFiles } = await bundle({
      entryPoints: LIBRARY_ENTRIES.map((name) => `api/${name}.ts`),
      outdir: LIBRARY_FOLDER,
      bundle: true,
      splitting: true,
      chunkNames: "shared-[hash]",
      // Only `node.ts` may import modules of Node: a test bundles the other entries for browsers.
      platform: "node",
      format: "esm",
      target: "es2022",
      packages: "external",
      metafile: true,
      write: false,
      logLevel: "silent",
    });
    const written = outputFiles.map(({ path }) => relative(process.cwd(), path));
    for (const file of existsSync(LIBRARY_FOLDER) ? readdirSync(LIBRARY_FOLDER) : []) {
      const path = join(LIBRARY_FOLDER, file);
      if (!written.includes(path)) rmSync(path, { recursive: true });
    }
    outputFiles.forEach(({ contents }, index) => {
      writeOutput(written[index] as string, contents);
    });
    return [...Object.keys(metafile.inputs), THIS_FILE];
  },
};

/** Declarations, a file for each source file that the entries reach. */
export const libraryTypes: Part = {
  name: "types",
  outputs: LIBRARY_ENTRIES.map((name) => `${TYPES_FOLDER}/api/${name}.d.ts`),
  async make() {
    const { default: ts } = await import("typescript");
    const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
    const { options, errors } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ".");
    const entries = LIBRARY_ENTRIES.map((name) => `api/${name}.ts`);
    const program = ts.createProgram([...entries, "system/portable.d.ts"], {
      ...options,
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: ".",
      outDir: TYPES_FOLDER,
    });

    /** Makes a declaration usable under every module resolution, and without the project's own global types. */
    const portable: import("typescript").TransformerFactory<
      import("typescript").SourceFile | import("typescript").Bundle
    > = (context) => {
      const { factory } = context;
      const specifier = (node: import("typescript").Expression) =>
        ts.isStringLiteral(node) && node.text.startsWith(".")
          ? factory.createStringLiteral(withExtension(node.text))
          : node;
      let file = "";
      const withExtension = (text: string): string => {
        const isFolder = existsSync(join(dirname(file), text, "index.ts"));
        return `${text}${isFolder ? "/index" : ""}.js`;
      };
      const visit = (node: import("typescript").Node): import("typescript").Node => {
        if (ts.isImportDeclaration(node)) {
          const { modifiers, importClause, moduleSpecifier, attributes } = node;
          return factory.updateImportDeclaration(node, modifiers, importClause, specifier(moduleSpecifier), attributes);
        }
        if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
          const { modifiers, isTypeOnly, exportClause, moduleSpecifier, attributes } = node;
          const target = specifier(moduleSpecifier);
          return factory.updateExportDeclaration(node, modifiers, isTypeOnly, exportClause, target, attributes);
        }
        if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
          const { argument, attributes, qualifier, typeArguments, isTypeOf } = node;
          const literal = specifier(argument.literal as import("typescript").Expression);
          const target = factory.createLiteralTypeNode(literal as import("typescript").StringLiteral);
          return factory.updateImportTypeNode(node, target, attributes, qualifier, typeArguments, isTypeOf);
        }
        if (ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName) && PORTABLE_TYPES.test(node.typeName.text)) {
          const isBoolean = node.typeName.text === "bool";
          return factory.createKeywordTypeNode(isBoolean ? ts.SyntaxKind.BooleanKeyword : ts.SyntaxKind.NumberKeyword);
        }
        // Programs that compile file by file cannot use a constant enumeration of a declaration.
        if (ts.isEnumDeclaration(node)) {
          const modifiers = node.modifiers?.filter(({ kind }) => kind !== ts.SyntaxKind.ConstKeyword);
          return factory.updateEnumDeclaration(node, modifiers, node.name, node.members);
        }
        return ts.visitEachChild(node, visit, context);
      };
      return (source) => {
        if (ts.isSourceFile(source)) file = source.fileName;
        return ts.visitNode(source, visit) as import("typescript").SourceFile;
      };
    };

    const emitted: [string, string][] = [];
    const write = (path: string, text: string) => emitted.push([path, text]);
    const { diagnostics } = program.emit(undefined, write, undefined, true, { afterDeclarations: [portable] });
    const problems = [...errors, ...ts.getPreEmitDiagnostics(program), ...diagnostics];
    if (problems.length > 0) {
      const host = {
        getCurrentDirectory: () => process.cwd(),
        getCanonicalFileName: (name: string) => name,
        getNewLine: () => "\n",
      };
      throw new Error(`the package's types do not compile\n${ts.formatDiagnostics(problems, host)}`);
    }
    rmSync(TYPES_FOLDER, { recursive: true, force: true });
    for (const [path, text] of emitted) {
      mkdirSync(dirname(path), { recursive: true });
      writeOutput(path, text);
    }
    const sources = program.getSourceFiles().map(({ fileName }) => relative(process.cwd(), fileName));
    return [...sources.filter((path) => !/^(node_modules|\.\.)/.test(path)), "tsconfig.json", THIS_FILE];
  },
};
