/** The order in which a document's fields are read: the store keeps none. */
import type { Content } from "../../api/types";

/** What it is and who did it, before everything else. */
const FIRST = ["experiment_name", "project_title", "dataset_title", "project_description", "dataset_abstract", "principal_investigator", "experimenters", "experiment_dates", "experimenter_notes_observations", "qc_assessment", "quality_control_metrics"];
/** What the system notes about a document. */
const NOTED = /(^|_)(identifier|identifiers|run_id|link)(_|$)|^(created|last_modified)_(by|date)$|_timestamp$|^(clean_exit|run_status|complete_metadata|experiment_template_type|schema_version)$/;

const rank = (name: string): number => {
  const first = FIRST.indexOf(name);
  return first >= 0 ? first : NOTED.test(name) ? FIRST.length + 1 : FIRST.length;
};

/** The same fields: what names the thing, then the others by name, then what the system notes. */
export function inReadingOrder(content: Content): Content {
  return Object.fromEntries(Object.entries(content).sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b)));
}
