/** A schema as the list of schemas tells of it. */
import type { SchemaItem } from "../../api/types";

export interface SchemaRow extends SchemaItem {
  reason?: string | null;
}
