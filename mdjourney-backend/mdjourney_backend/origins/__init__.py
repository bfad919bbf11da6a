"""Where the values of a document came from, and what became of one field over time; read from history, bounded."""

from mdjourney_backend.origins.asking import Origins
from mdjourney_backend.origins.deciding import IDENTIFIER, Origin
from mdjourney_backend.origins.fields import FieldStep, field_steps
from mdjourney_backend.origins.past import Past, Step

__all__ = ["IDENTIFIER", "FieldStep", "Origin", "Origins", "Past", "Step", "field_steps"]
