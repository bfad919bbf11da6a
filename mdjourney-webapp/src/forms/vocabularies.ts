/** Answers that are offered, never forced: licences that data and code usually carry, and units in UCUM's spelling. */

export const LICENCES: [string, string][] = [
  ["CC0-1.0", "Creative Commons Zero: no rights reserved"], ["CC-BY-4.0", "Attribution"], ["CC-BY-SA-4.0", "Attribution, share alike"], ["CC-BY-NC-4.0", "Attribution, not commercial"],
  ["CC-BY-NC-SA-4.0", "Attribution, not commercial, share alike"], ["CC-BY-ND-4.0", "Attribution, unchanged"], ["CC-BY-NC-ND-4.0", "Attribution, not commercial, unchanged"],
  ["ODbL-1.0", "Open database licence"], ["ODC-By-1.0", "Open data commons, attribution"], ["PDDL-1.0", "Public domain for databases"], ["CDLA-Permissive-2.0", "Community data, permissive"],
  ["MIT", "MIT"], ["Apache-2.0", "Apache 2.0"], ["BSD-3-Clause", "BSD, three clauses"], ["BSD-2-Clause", "BSD, two clauses"], ["GPL-3.0-only", "GNU GPL 3"], ["GPL-3.0-or-later", "GNU GPL 3 or later"],
  ["LGPL-3.0-or-later", "GNU LGPL 3 or later"], ["AGPL-3.0-or-later", "GNU AGPL 3 or later"], ["MPL-2.0", "Mozilla 2.0"], ["EUPL-1.2", "European Union 1.2"], ["Unlicense", "Unlicense"],
];

export const UNITS: [string, string][] = [
  ["1", "no unit"], ["%", "percent"], ["Cel", "degree Celsius"], ["K", "kelvin"], ["s", "second"], ["min", "minute"], ["h", "hour"], ["d", "day"], ["a", "year"], ["m", "metre"], ["cm", "centimetre"],
  ["mm", "millimetre"], ["um", "micrometre"], ["nm", "nanometre"], ["kg", "kilogram"], ["g", "gram"], ["mg", "milligram"], ["ug", "microgram"], ["ng", "nanogram"], ["L", "litre"], ["mL", "millilitre"],
  ["uL", "microlitre"], ["mol", "mole"], ["mmol/L", "millimole per litre"], ["umol/L", "micromole per litre"], ["ng/uL", "nanogram per microlitre"], ["mg/mL", "milligram per millilitre"], ["Hz", "hertz"],
  ["kHz", "kilohertz"], ["MHz", "megahertz"], ["V", "volt"], ["mV", "millivolt"], ["A", "ampere"], ["W", "watt"], ["J", "joule"], ["Pa", "pascal"], ["bar", "bar"], ["[pH]", "pH"], ["[degF]", "degree Fahrenheit"], ["Mbp", "million base pairs"],
];
