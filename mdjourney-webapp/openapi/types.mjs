/** Reads an OpenAPI document from standard input, writes the shapes it names as TypeScript to standard output. */
import { text } from "node:stream/consumers";
import openapiTS, { astToString } from "openapi-typescript";

const document = JSON.parse(await text(process.stdin));
// the shapes of what is sent and answered; which address answers what is asserted by the servers' own tests
const shapes = { openapi: document.openapi, info: document.info, paths: {}, components: { schemas: document.components.schemas } };
const head = `/** Written by tests/browser/web_types.py from the OpenAPI document of ${document.info.title}; not to be changed by hand. */\n`;
process.stdout.write(head + astToString(await openapiTS(shapes, { alphabetize: true })));
