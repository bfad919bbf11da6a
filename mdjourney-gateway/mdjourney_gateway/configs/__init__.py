"""Session configs: checked against the operator's roots, stored with their versions."""

from mdjourney_gateway.configs.check import Checked, check_config, check_place
from mdjourney_gateway.configs.shelf import Config, Configs

__all__ = ["Checked", "Config", "Configs", "check_config", "check_place"]
