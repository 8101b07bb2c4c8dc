/** A capability type: its colour and its name. */
import { typeName } from "../../../../system/kpi/object-types";
import { typeClass } from "../../type-classes";

export function TypeDot({ type }: { type: number }) {
  return <i class="type-dot" style={{ background: `var(--type-${typeClass(type)})` }} />;
}

export function TypeName({ type }: { type: number }) {
  return (
    <span class="type-name">
      <TypeDot type={type} />
      {typeName(type)}
    </span>
  );
}
