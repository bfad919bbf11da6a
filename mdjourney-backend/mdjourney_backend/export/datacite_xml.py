"""DataCite kernel-4 XML: the same metadata as the JSON, in the elements the XSD asks for."""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree  # only written with, never parsed

from mdjourney_backend.changes import Content
from mdjourney_backend.export import datacite

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_LOCATION = "http://datacite.org/schema/kernel-4 https://schema.datacite.org/meta/kernel-4.5/metadata.xsd"
#: Characters XML 1.0 cannot hold.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: DataCite's code for a value that will be assigned later: whoever registers the DOI puts it in.
_TO_COME = "(:tba)"

#: list of the JSON -> wrapper, element, member that is the text, attributes by member
_LISTS: Mapping[str, tuple[str, str, str, Mapping[str, str]]] = {
    "titles": ("titles", "title", "title", {}),
    "subjects": ("subjects", "subject", "subject", {}),
    "dates": ("dates", "date", "date", {"dateType": "dateType"}),
    "alternateIdentifiers": (
        "alternateIdentifiers",
        "alternateIdentifier",
        "alternateIdentifier",
        {"alternateIdentifierType": "alternateIdentifierType"},
    ),
    "relatedIdentifiers": (
        "relatedIdentifiers",
        "relatedIdentifier",
        "relatedIdentifier",
        {"relatedIdentifierType": "relatedIdentifierType", "relationType": "relationType"},
    ),
    "rightsList": (
        "rightsList",
        "rights",
        "rights",
        {
            "rightsUri": "rightsURI",
            "rightsIdentifier": "rightsIdentifier",
            "rightsIdentifierScheme": "rightsIdentifierScheme",
            "schemeUri": "schemeURI",
        },
    ),
    "descriptions": ("descriptions", "description", "description", {"descriptionType": "descriptionType"}),
}


def document(record: Content) -> bytes:
    """The XML, UTF-8 with declaration. Characters that XML cannot hold become U+FFFD."""
    made = datacite.metadata(record)
    root = ElementTree.Element(
        "resource", {"xmlns": datacite.SCHEMA, "xmlns:xsi": _XSI, "xsi:schemaLocation": _LOCATION}
    )
    _text(root, "identifier", _TO_COME, identifierType="DOI")
    _people(root, "creators", "creator", made["creators"])
    _publisher(root, made["publisher"])
    _text(root, "publicationYear", made["publicationYear"])
    types = made["types"]
    _text(root, "resourceType", types["resourceType"], resourceTypeGeneral=types["resourceTypeGeneral"])
    _people(root, "contributors", "contributor", made.get("contributors", []))
    for name, (wrapper, element, text, attributes) in _LISTS.items():
        _list(root, wrapper, element, text, attributes, made.get(name, []))
    for name, element in (("sizes", "size"), ("formats", "format")):
        _list(root, name, element, "", {}, [{"": v} for v in made.get(name, [])])
    if made.get("version"):
        _text(root, "version", made["version"])
    _funding(root, made.get("fundingReferences", []))
    ElementTree.indent(root)
    made_xml: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made_xml + b"\n"


def _text(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name, {k: _clean(v) for k, v in attributes.items()})
    element.text = _clean(text)
    return element


def _list(
    root: ElementTree.Element,
    wrapper: str,
    element: str,
    text: str,
    attributes: Mapping[str, str],
    items: list[dict[str, Any]],
) -> None:
    if items:
        parent = ElementTree.SubElement(root, wrapper)
        for item in items:
            given = {xml: str(item[name]) for name, xml in attributes.items() if name in item}
            _text(parent, element, str(item[text]), **given)


def _people(root: ElementTree.Element, wrapper: str, element: str, people: list[Content]) -> None:
    if not people:
        return
    parent = ElementTree.SubElement(root, wrapper)
    for person in people:
        kind = {"contributorType": person["contributorType"]} if element == "contributor" else {}
        one = ElementTree.SubElement(parent, element, kind)
        _text(one, f"{element}Name", person["name"], nameType=person["nameType"])
        for identifier in person.get("nameIdentifiers", ()):
            _text(
                one,
                "nameIdentifier",
                identifier["nameIdentifier"],
                nameIdentifierScheme=identifier["nameIdentifierScheme"],
                schemeURI=identifier["schemeUri"],
            )
        for affiliation in person.get("affiliation", ()):
            _text(one, "affiliation", affiliation["name"], **_scheme(affiliation, "affiliationIdentifier"))


def _publisher(root: ElementTree.Element, publisher: Content) -> None:
    _text(root, "publisher", publisher["name"], **_scheme(publisher, "publisherIdentifier"))


def _scheme(item: Content, name: str) -> dict[str, str]:
    """Attributes of a name that has an identifier."""
    if name not in item:
        return {}
    return {name: item[name], f"{name}Scheme": item[f"{name}Scheme"], "schemeURI": item["schemeUri"]}


def _funding(root: ElementTree.Element, references: list[Content]) -> None:
    if not references:
        return
    parent = ElementTree.SubElement(root, "fundingReferences")
    for reference in references:
        one = ElementTree.SubElement(parent, "fundingReference")
        _text(one, "funderName", reference["funderName"])
        if "funderIdentifier" in reference:
            _text(
                one,
                "funderIdentifier",
                reference["funderIdentifier"],
                funderIdentifierType=reference["funderIdentifierType"],
                schemeURI="https://ror.org",
            )
        if "awardNumber" in reference:
            _text(one, "awardNumber", reference["awardNumber"])


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
