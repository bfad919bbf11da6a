/** The widgets of one plain value, by the name the registry gives them. */
import type { RegistryWidgetsType } from "@rjsf/utils";
import { ChoiceWidget } from "./widgets/ChoiceWidget";
import { DayWidget } from "./widgets/DayWidget";
import { IdWidget } from "./widgets/IdWidget";
import { LineWidget } from "./widgets/LineWidget";
import { LongTextWidget } from "./widgets/LongTextWidget";
import { SuggestWidget } from "./widgets/SuggestWidget";
import { TriStateWidget } from "./widgets/TriStateWidget";

export const plainWidgets: RegistryWidgetsType = { LineWidget, LongTextWidget, ChoiceWidget, TriStateWidget, DayWidget, IdWidget, SuggestWidget };
