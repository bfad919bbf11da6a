/** Every text a person reads, in English, one file per feature. A second language is a second folder of this shape. */
import { account, admin } from "./admin";
import { app } from "./app";
import { attention } from "./attention";
import { audit } from "./audit";
import { bulk } from "./bulk";
import { cache } from "./cache";
import { catalogue } from "./catalogue";
import { configs } from "./configs";
import { dataset } from "./dataset";
import { doc } from "./doc";
import { exports_ } from "./exports";
import { field } from "./field";
import { files } from "./files";
import { graph } from "./graph";
import { health } from "./health";
import { history } from "./history";
import { inbox } from "./inbox";
import { instruments } from "./instruments";
import { login } from "./login";
import { overview } from "./overview";
import { palette } from "./palette";
import { project } from "./project";
import { roles } from "./roles";
import { runs } from "./runs";
import { start } from "./start";
import { states } from "./states";
import { tree } from "./tree";

export const en = {
  attention,
  audit,
  bulk,
  cache,
  exports: exports_,
  app,
  health,
  login,
  start,
  tree,
  states,
  doc,
  dataset,
  project,
  field,
  files,
  roles,
  runs,
  instruments,
  history,
  inbox,
  catalogue,
  admin,
  account,
  configs,
  overview,
  graph,
  palette,
};

export type Texts = typeof en;
