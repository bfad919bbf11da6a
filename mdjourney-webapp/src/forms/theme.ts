/** Our thin theme for rjsf, on top of the Material one. */
import { Templates, Widgets } from "@rjsf/mui";
import type { RegistryFieldsType, RegistryWidgetsType, TemplatesType } from "@rjsf/utils";
import { plainWidgets } from "./plainWidgets";
import { ArrayFieldItemTemplate } from "./templates/ArrayFieldItemTemplate";
import { ArrayFieldTemplate } from "./templates/ArrayFieldTemplate";
import { FieldTemplate } from "./templates/FieldTemplate";
import { ObjectFieldTemplate } from "./templates/ObjectFieldTemplate";
import { FilesField } from "./widgets/FilesField";
import { InstrumentsField } from "./widgets/InstrumentsField";
import { JsonField } from "./widgets/JsonField";
import { LineWidget } from "./widgets/LineWidget";
import { LongTextWidget } from "./widgets/LongTextWidget";
import { PairsField } from "./widgets/PairsField";
import { TableField } from "./table/TableField";
import { WordsField } from "./widgets/WordsField";

export const templates: Partial<TemplatesType> = {
  ...(Templates as Partial<TemplatesType>),
  FieldTemplate,
  ObjectFieldTemplate,
  ArrayFieldTemplate,
  ArrayFieldItemTemplate,
};

export const widgets: RegistryWidgetsType = {
  ...Widgets,
  TextWidget: LineWidget,
  TextareaWidget: LongTextWidget,
  ...plainWidgets,
};

export const fields: RegistryFieldsType = { WordsField, PairsField, JsonField, InstrumentsField, FilesField, TableField };
