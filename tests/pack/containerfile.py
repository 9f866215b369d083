# SPDX-License-Identifier: BSD-2-Clause
"""Images without an engine and without a registry: the lines of a Containerfile, carried out in folders."""
import dataclasses
import json
import os
import pathlib
import shlex

from machine import ENVIRONMENT, call, mount_layer, remove_layer


@dataclasses.dataclass
class Image:
    root: pathlib.Path
    user: tuple[int, int] = (0, 0)
    folder: str = "/"
    environment: dict[str, str] = dataclasses.field(default_factory=lambda: {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"})
    entrypoint: list[str] = dataclasses.field(default_factory=list)
    command: list[str] = dataclasses.field(default_factory=list)

    def size(self) -> int:
        """Bytes of its files."""
        return sum(path.lstat().st_size for path in self.root.rglob("*") if not path.is_dir() or path.is_symlink())


def lines(text: str) -> list[tuple[str, str]]:
    """Instructions and their words; a line that ends with a backslash goes on."""
    joined = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#")).replace("\\\n", " ")
    return [tuple(line.strip().split(maxsplit=1)) for line in joined.splitlines() if line.strip()]


class Builder:
    """`debian` is the folder that stands for the image of Debian; it is not changed. With `with`: what was mounted is taken away."""

    def __init__(self, context: pathlib.Path, debian: pathlib.Path, workshop: pathlib.Path) -> None:
        self.context, self.debian, self.workshop = context, debian, workshop
        self.mounted: list[pathlib.Path] = []
        self.stages: dict[str, Image] = {}

    def __enter__(self) -> "Builder":
        return self

    def __exit__(self, *_: object) -> None:
        for folder in reversed(self.mounted):
            remove_layer(folder)

    def begin(self, base: str, name: str) -> Image:
        image = Image(self.workshop / name)
        if base == "scratch":
            image.root.mkdir(parents=True)
        else:
            mount_layer(self.debian, image.root)
            self.mounted.append(image.root)
        return image

    def run(self, image: Image, script: str) -> None:
        call("chroot", str(image.root), *ENVIRONMENT, "sh", "-c", f"cd {shlex.quote(image.folder)} && {script}")

    def copy(self, image: Image, words: list[str]) -> None:
        options = dict(word[2:].split("=", 1) for word in words if word.startswith("--"))
        *sources, target = [word for word in words if not word.startswith("--")]
        assert options.keys() <= {"from", "chown"}, words
        root = self.stages[options["from"]].root if "from" in options else self.context
        place = image.root / os.path.join(image.folder, target).lstrip("/")
        # buildah leaves the owner of a folder that is there as it is.
        assert "chown" not in options or not place.exists(), words
        for source in sources:
            one = root / source.lstrip("/")
            if one.is_dir():
                place.mkdir(parents=True, exist_ok=True)
            call("cp", "--recursive", "--no-dereference", "--preserve=mode,timestamps", f"{one}/." if one.is_dir() else str(one), str(place))
        if "chown" in options:
            call("chown", "--recursive", options["chown"], str(place))

    def build(self, file: pathlib.Path) -> Image:
        """The last stage. What stands in a line that is not known here is an error."""
        values: dict[str, str] = {}
        image = None
        for word, rest in lines(file.read_text()):
            match word:
                case "ARG":
                    name, _, value = rest.partition("=")
                    values[f"${name}"] = value
                case "FROM":
                    base, *name = rest.split()
                    assert base == "scratch" or values[base].startswith("docker.io/library/debian:"), rest
                    assert not name or name[0] == "AS", rest
                    image = self.begin(base, f"{file.name}-{len(self.stages)}")
                    self.stages[name[1] if name else file.name] = image
                case "RUN":
                    self.run(image, rest)
                case "WORKDIR":
                    image.folder = rest
                    (image.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
                case "COPY":
                    self.copy(image, rest.split())
                case "USER":
                    user, _, group = rest.partition(":")
                    image.user = int(user), int(group)
                case "ENTRYPOINT":
                    image.entrypoint = json.loads(rest)
                case _:
                    raise AssertionError(f"{file.name}: {word} is not known to this test")
        return image
