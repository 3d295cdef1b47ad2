"""Import contracts of our own kind, used by the settings of import-linter in `pyproject.toml`."""

import grimp
from importlinter.contracts.layers import LayersContract
from importlinter.domain import fields
from importlinter.domain.contract import ContractCheck
from importlinter.domain.imports import ModuleExpression


class FeatureModulesContract(LayersContract):
    """Layers inside every package of the application but the named ones.

    The packages are found, not listed: a new feature is under the contract from its first file.
    """

    type_name = "feature_modules"

    application = fields.StringField()
    not_features = fields.SetField(subfield=fields.StringField())

    def validate(self) -> None:
        """Accept the options; the containers are known only with the import graph."""

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001 - the linter's signature
        """Find the features, then check their modules as the linter's own layers do."""
        packages = {
            package
            for package in graph.find_children(str(self.application))
            if graph.find_children(package)
        }
        ignored = {f"{self.application}.{name}" for name in self.not_features}  # type: ignore[attr-defined]
        features = packages - ignored
        self.containers = {ModuleExpression(name) for name in features}  # type: ignore[assignment]
        if not features:
            return ContractCheck(kept=True)
        return super().check(graph, verbose)
