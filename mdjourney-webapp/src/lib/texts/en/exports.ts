/** English texts of taking a record away in a standard's words. */
export const exports_ = {
  title: "Export",
  lead: "Made from the newest complete record. The data files are described, not copied.",
  formats: { "ro-crate": "RO-Crate 1.2", "ro-crate-1.1": "RO-Crate 1.1", bagit: "BagIt", datacite: "DataCite (JSON)", "datacite-xml": "DataCite (XML)", jsonld: "JSON-LD (schema.org)", prov: "PROV" } as Record<string, string>,
  format: "Format",
  checking: "Looking for what is lacking",
  ready: "Everything this format asks for is there.",
  lacking: "Lacking for this format",
  required: "must be there",
  recommended: "recommended",
  download: "Download",
};
