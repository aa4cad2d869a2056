"""A plan made ready in a worker."""

from pii_scan.classify import Suppressor
from pii_scan.classify.controllers import Controllers
from pii_scan.classify.holds import Holds
from pii_scan.classify.register import Register
from pii_scan.config.controllers import load_controller_words
from pii_scan.config.exports import load_exports
from pii_scan.config.keys import derive
from pii_scan.scan.again import Recall
from pii_scan.scan.detector import detector, load_recognizers
from pii_scan.scan.plan import Plan


class Kit:
    """A plan made ready in a worker: recognizers compiled, plug-ins loaded."""

    def __init__(self, plan: Plan) -> None:
        """Load everything that the plan names.

        Raises:
            ConfigError: a pack or plug-in cannot be loaded.
        """
        self.plan = plan
        recognizers = load_recognizers(plan.settings.packs)
        self.recognizers = {recognizer.entity: recognizer for recognizer in recognizers}
        self.detect = detector(plan.settings, recognizers, plan.settings.min_score)
        self.exports = load_exports()
        self.register = Register(plan.events)
        self.suppressor = Suppressor(plan.suppressions, plan.today)
        self.holds = Holds(plan.holds)
        names = [*plan.settings.controllers, *(one.controller for one in plan.contracts)]
        self.controllers = Controllers(names, load_controller_words())
        self.recall = Recall(plan)

    def key(self, controller: str | None) -> bytes:
        """Return the fingerprint key of an opdrachtgever."""
        return derive(self.plan.key, "fingerprint", controller)
