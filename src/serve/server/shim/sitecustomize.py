"""Sends the TaskRouter requests of twilio-python to a local server, without a change of code.

    PYTHONPATH=the-folder-of-this-file TASKROUTER_URL=http://127.0.0.1:8080 python app.py

Without TASKROUTER_URL nothing is different. TWILIO_REGION and TWILIO_EDGE do not count there.
"""

import importlib.machinery
import importlib.util
import os
import sys

URL = os.environ.get("TASKROUTER_URL", "").rstrip("/")


def redirect_domains(module):
    create = module.Domain.__init__

    def create_there(self, twilio, base_url):
        create(self, twilio, URL if "//taskrouter." in base_url else base_url)

    module.Domain.__init__ = create_there


def keep_host(module):
    get_hostname = module.ClientBase.get_hostname

    def get_or_keep(self, uri):
        return uri if uri.startswith(URL + "/") else get_hostname(self, uri)

    module.ClientBase.get_hostname = get_or_keep


CHANGES = {"twilio.base.domain": redirect_domains, "twilio.base.client_base": keep_host}


class Finder:
    """Changes a module of the client right after it was imported, whenever that is."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        change = CHANGES.get(name)
        spec = change and importlib.machinery.PathFinder.find_spec(name, path, target)
        if not spec:
            return None
        execute = spec.loader.exec_module

        def execute_and_change(module):
            execute(module)
            change(module)

        spec.loader.exec_module = execute_and_change
        return spec


def run_the_one_behind():
    """There may be another sitecustomize, which this one is in front of."""
    here = os.path.dirname(os.path.abspath(__file__))
    others = [folder for folder in sys.path if os.path.abspath(folder or ".") != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", others)
    if spec and spec.loader:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


run_the_one_behind()
if URL:
    sys.meta_path.insert(0, Finder)
