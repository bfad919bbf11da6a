/** Our thin theme for rjsf, on top of the Material one. */
import { Templates, Widgets } from "@rjsf/mui";
import type { RegistryFieldsType, RegistryWidgetsType, TemplatesType } from "@rjsf/utils";
import { plainWidgets } from "./plainWidgets";
import { ArrayFieldItemTemplate } from "./templates/ArrayFieldItemTemplate";
import { ArrayFieldTemplate } from "./templates/ArrayFieldTemplate";
import { OneField } from "./OneField";
import { FieldTemplate } from "./templates/FieldTemplate";
import { KindTemplate } from "./templates/KindTemplate";
import { ObjectFieldTemplate } from "./templates/ObjectFieldTemplate";
import { ChoiceWidget } from "./widgets/ChoiceWidget";
import { FilesField } from "./widgets/FilesField";
import { InstrumentsField } from "./widgets/InstrumentsField";
import { JsonField } from "./widgets/JsonField";
import { LineWidget } from "./widgets/LineWidget";
import { LongTextWidget } from "./widgets/LongTextWidget";
import { PairsField } from "./widgets/PairsField";
import { TableField } from "./table/TableField";
import { TupleField } from "./widgets/TupleField";
import { WordsField } from "./widgets/WordsField";

export const templates: Partial<TemplatesType> = {
  ...(Templates as Partial<TemplatesType>),
  FieldTemplate,
  ObjectFieldTemplate,
  ArrayFieldTemplate,
  ArrayFieldItemTemplate,
  MultiSchemaFieldTemplate: KindTemplate,
};

export const widgets: RegistryWidgetsType = {
  ...Widgets,
  TextWidget: LineWidget,
  TextareaWidget: LongTextWidget,
  SelectWidget: ChoiceWidget,
  ...plainWidgets,
};

export const fields: RegistryFieldsType = { SchemaField: OneField, WordsField, TupleField, PairsField, JsonField, InstrumentsField, FilesField, TableField };
