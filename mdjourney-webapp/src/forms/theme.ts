/** Our thin theme for rjsf, on top of the Material one. */
import { Templates, Widgets } from "@rjsf/mui";
import type { RegistryFieldsType, RegistryWidgetsType, TemplatesType } from "@rjsf/utils";
import { ArrayFieldItemTemplate } from "./templates/ArrayFieldItemTemplate";
import { ArrayFieldTemplate } from "./templates/ArrayFieldTemplate";
import { FieldTemplate } from "./templates/FieldTemplate";
import { ObjectFieldTemplate } from "./templates/ObjectFieldTemplate";
import { ChoiceWidget } from "./widgets/ChoiceWidget";
import { DayWidget } from "./widgets/DayWidget";
import { InstrumentsField } from "./widgets/InstrumentsField";
import { JsonField } from "./widgets/JsonField";
import { LineWidget } from "./widgets/LineWidget";
import { LongTextWidget } from "./widgets/LongTextWidget";
import { PairsField } from "./widgets/PairsField";
import { TriStateWidget } from "./widgets/TriStateWidget";
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
  LineWidget,
  LongTextWidget,
  ChoiceWidget,
  TriStateWidget,
  DayWidget,
};

export const fields: RegistryFieldsType = { WordsField, PairsField, JsonField, InstrumentsField };
