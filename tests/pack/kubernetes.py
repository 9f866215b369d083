# SPDX-License-Identifier: BSD-2-Clause
"""What a pod of a manifest says, for the containers of pod.py. A field that is not known here is an error: a cluster would leave it out or refuse it."""
import os
import pathlib

from pod import CAPABILITIES, Volume

FIELDS = {
    "pod": {"automountServiceAccountToken", "securityContext", "containers", "volumes"},
    "pod security": {"fsGroup", "seccompProfile"},
    "container": {"name", "image", "env", "ports", "securityContext", "resources", "startupProbe", "livenessProbe", "readinessProbe", "volumeMounts"},
    "security": {"runAsNonRoot", "runAsUser", "runAsGroup", "readOnlyRootFilesystem", "allowPrivilegeEscalation", "capabilities"},
    "mount": {"name", "mountPath", "readOnly"},
    "probe": {"httpGet", "tcpSocket", "periodSeconds", "timeoutSeconds", "failureThreshold"},
    "volume": {"name", "configMap", "emptyDir", "secret"},
}


def known(kind: str, found: dict) -> dict:
    assert found.keys() <= FIELDS[kind], f"{kind}: {sorted(found.keys() - FIELDS[kind])}"
    return found


def one_of(documents: list[dict], kind: str, name: str | None = None) -> dict:
    (found,) = (one for one in documents if one["kind"] == kind and name in (None, one["metadata"]["name"]))
    return found


class Manifest:
    """`secrets`: the keys of each secret."""

    def __init__(self, documents: list[dict], secrets: dict[str, dict[str, str]], folder: pathlib.Path) -> None:
        self.set = one_of(documents, "StatefulSet")["spec"]
        self.pod = known("pod", self.set["template"]["spec"])
        self.group = known("pod security", self.pod["securityContext"])["fsGroup"]
        self.volumes: dict[str, Volume] = {}
        self.folders: dict[str, pathlib.Path] = {}
        for one in self.pod["volumes"]:
            name, place = known("volume", one)["name"], folder / one["name"]
            if "configMap" in one:
                self.volumes[name] = Volume(place, one_of(documents, "ConfigMap", one["configMap"]["name"])["data"])
            elif "secret" in one:
                self.volumes[name] = Volume(place, secrets[one["secret"]["secretName"]], one["secret"]["defaultMode"])
            else:
                self.make_folder(place)
            self.folders[name] = place
        for claim in self.set["volumeClaimTemplates"]:
            place = self.folders[claim["metadata"]["name"]] = folder / claim["metadata"]["name"]
            self.make_folder(place)

    def make_folder(self, place: pathlib.Path) -> None:
        """Of the group fsGroup, and so is what is made in it."""
        place.mkdir()
        os.chown(place, 0, self.group)
        place.chmod(0o2775)

    def container(self, name: str) -> dict:
        (found,) = (one for one in self.pod["containers"] if one["name"] == name)
        return known("container", found)

    def port(self, container: dict, name: str | int) -> int:
        return name if isinstance(name, int) else next(one["containerPort"] for one in container["ports"] if one["name"] == name)

    def probes(self, name: str) -> dict[str, tuple[int, str]]:
        """Port and path of each that asks by HTTP."""
        container = self.container(name)
        found = {}
        for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
            if kind in container and "httpGet" in known("probe", container[kind]):
                asked = container[kind]["httpGet"]
                found[kind] = self.port(container, asked["port"]), asked["path"]
        return found

    def options(self, name: str) -> dict:
        """For pod.Container."""
        container = self.container(name)
        security = known("security", container["securityContext"])
        assert security["capabilities"]["drop"] == ["ALL"] and security["allowPrivilegeEscalation"] is False
        kept = security["capabilities"].get("add", [])
        assert set(kept) <= CAPABILITIES.keys()
        mounts = [{"source": str(self.folders[known("mount", one)["name"]]), "target": one["mountPath"], "read_only": one.get("readOnly", False)}
                  for one in container["volumeMounts"]]
        options = {"read_only": security.get("readOnlyRootFilesystem", False), "mounts": mounts, "capabilities": kept, "groups": [self.group],
                   "environment": {one["name"]: one["value"] for one in container.get("env", [])}}
        if "runAsUser" in security:
            options |= {"uid": security["runAsUser"], "gid": security["runAsGroup"]}
        return options
