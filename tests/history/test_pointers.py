"""DVC pointers and cache objects, looked at without DVC."""

import errno
import hashlib
import os
import tarfile

import pytest
import yaml

from mdjourney_backend.held import held
from mdjourney_backend.history import PointerFile, Pointers, pointer_files, pointer_yaml
from mdjourney_backend.history.exclude import with_lines
from mdjourney_backend.history.pointer_yaml import quoted
from mdjourney_backend.history.pointers import MANY
from mdjourney_backend.technical import read_file


@pytest.fixture
def no_rename(monkeypatch):
    """Objects cannot be put in their places, as across two disks."""

    def refuse(*_):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    return lambda: monkeypatch.setattr(os, "rename", refuse)


def outs(tree, path: str) -> dict[str, tuple[str, int]]:
    content = yaml.safe_load((tree / path).read_text("utf-8"))
    return {out["path"]: (out["md5"], out["size"]) for out in content["outs"]}


def leavings(tree) -> list[str]:
    return [name for name in os.listdir(tree / ".dvc/tmp") if name.startswith("mdj-")]


def test_a_file_gets_a_pointer_beside_it_and_an_object_in_the_cache(tree, pointers, take, update):
    content = b"a,b\n1,2\n"
    changed = update(pointers, "p_Study/rnaseq", take(pointers, "sub/counts.csv", content))
    md5 = hashlib.md5(content).hexdigest()
    assert list(changed) == ["p_Study/rnaseq/sub/counts.csv.dvc"]
    assert outs(tree, "p_Study/rnaseq/sub/counts.csv.dvc") == {"counts.csv": (md5, 8)}
    kept = tree / ".dvc/cache/files/md5" / md5[:2] / md5[2:]
    assert (kept.read_bytes(), kept.stat().st_mode & 0o777) == (content, 0o444)
    assert leavings(tree) == []


def test_the_original_keeps_bytes_inode_mode_and_times(tree, pointers, take, save, update):
    place = tree / "p_Study/rnaseq/raw.bin"
    save("p_Study/rnaseq/raw.bin", b"x" * 100_000)
    place.chmod(0o640)
    os.utime(place, ns=(1, 2))
    before = place.stat()
    with pointers.tee("p_Study/rnaseq/raw.bin") as tee:
        reading = read_file(place, tee.sink)
        tee.keep(reading)
    update(pointers, "p_Study/rnaseq", {"raw.bin": PointerFile(reading.md5, reading.size)})
    after = place.stat()
    assert (after.st_ino, after.st_mode, after.st_mtime_ns, after.st_nlink) == (
        before.st_ino,
        before.st_mode,
        2,
        1,
    )


def test_a_file_that_changed_while_it_was_read_is_not_kept(tree, pointers, save):
    save("p_Study/rnaseq/log.txt", b"one\n")
    place = tree / "p_Study/rnaseq/log.txt"

    class Appending:
        def __init__(self, sink):
            self.sink = sink

        def write(self, data):
            self.sink.write(data)
            with place.open("ab") as more:
                more.write(b"two\n")

    with pointers.tee("p_Study/rnaseq/log.txt") as tee:
        reading = read_file(place, Appending(tee.sink))
        tee.keep(reading)
    assert not reading.steady
    assert pointers.cache_size().objects == 0
    assert leavings(tree) == []


def test_changed_and_removed_files_change_and_remove_their_pointers(tree, pointers, take, update):
    dataset = "p_Study/rnaseq"
    files = take(pointers, "a", b"1") | take(pointers, "b", b"2")
    update(pointers, dataset, files)
    files |= take(pointers, "a", b"11")
    changed = update(pointers, dataset, {"a": files["a"]})
    assert changed[f"{dataset}/b.dvc"] is None
    assert not (tree / dataset / "b.dvc").exists()
    assert outs(tree, f"{dataset}/a.dvc")["a"][1] == 2
    assert update(pointers, dataset, {"a": files["a"]}) == {}


def test_above_a_hundred_files_a_dataset_has_one_pointer_and_never_goes_back(tree, pointers, take, update):
    dataset = "p_Study/rnaseq"
    files: dict[str, PointerFile] = {}
    for number in range(100):
        files |= take(pointers, f"sub/f{number}", b"%d" % number)
    assert len(update(pointers, dataset, files)) == 100
    files |= take(pointers, "one more", b"x")
    changed = update(pointers, dataset, files)
    assert sum(content is None for content in changed.values()) == 100
    assert [path for path, content in changed.items() if content] == [f"{dataset}/dataset.dvc"]
    assert [path.name for path in (tree / dataset).rglob("*.dvc")] == ["dataset.dvc"]
    assert len(outs(tree, f"{dataset}/dataset.dvc")) == 101
    few = {"one more": files["one more"]}
    assert list(update(pointers, dataset, few)) == [f"{dataset}/dataset.dvc"]
    assert update(pointers, dataset, {}) == {f"{dataset}/dataset.dvc": None}


def test_the_switch_goes_on_where_it_was_cut_short(tree, pointers, take, monkeypatch, update):
    """Old pointers go before the new one comes: at no moment do two name one file."""
    dataset = "p_Study/rnaseq"
    files: dict[str, PointerFile] = {}
    for number in range(100):
        files |= take(pointers, f"f{number}", b"%d" % number)
    update(pointers, dataset, files)
    files |= take(pointers, "more", b"x")
    real, seen = os.unlink, []

    def dying(path, *args, **kwargs):
        if len(seen) == 50 and str(path).endswith(".dvc"):
            raise OSError(5, "gone")
        seen.append(path)
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "unlink", dying)
    with pytest.raises(OSError, match="gone"):
        update(pointers, dataset, files)
    monkeypatch.undo()
    assert not (tree / dataset / "dataset.dvc").exists()
    update(pointers, dataset, files)
    assert [path.name for path in (tree / dataset).rglob("*.dvc")] == ["dataset.dvc"]


def test_pointers_of_the_user_are_kept_and_what_they_cover_gets_none(tree, pointers, take, save, update):
    dataset = "p_Study/rnaseq"
    save(
        f"{dataset}/theirs.csv.dvc",
        b"outs:\n- md5: 0cc175b9c0f1b6a831c399e269772661\n  size: 1\n  path: theirs.csv\n",
    )
    save(f"{dataset}/folder.dvc", b"outs:\n- md5: 0cc175b9c0f1b6a831c399e269772661.dir\n  path: folder\n")
    save(
        f"{dataset}/dvc.yaml",
        b"stages:\n  s:\n    cmd: x\n    outs: [made.csv, {kept.csv: {cache: false}}]\n",
    )
    files: dict[str, PointerFile] = {}
    for name in ("theirs.csv", "folder/a", "folder/b/c", "made.csv", "kept.csv", "ours.csv", "folder.txt"):
        files |= take(pointers, name, name.encode())
    changed = update(pointers, dataset, files)
    assert set(changed) == {f"{dataset}/ours.csv.dvc", f"{dataset}/folder.txt.dvc"}
    assert b"0cc175b9" in (tree / dataset / "theirs.csv.dvc").read_bytes()
    assert update(pointers, dataset, {}) == dict.fromkeys(changed)
    assert (tree / dataset / "theirs.csv.dvc").exists()


def test_a_pointer_of_the_user_above_the_dataset_covers_all_of_it(pointers, take, save, update):
    save("p_Study/rnaseq.dvc", b"outs:\n- md5: 0cc175b9c0f1b6a831c399e269772661.dir\n  path: rnaseq\n")
    assert update(pointers, "p_Study/rnaseq", take(pointers, "a", b"1")) == {}


def test_without_a_cache_pointers_are_written_and_nothing_is_kept(tree, config, open_history, take, update):
    open_history().prepare()
    none = config.model_copy(update={"history": config.history.model_copy(update={"dvc_cache": "none"})})
    pointers = Pointers(tree, none)
    pointers.prepare()
    with pointers.tee("p_Study/rnaseq/a") as tee:
        assert tee.sink is None
    assert list(update(pointers, "p_Study/rnaseq", take(pointers, "a", b"1"))) == ["p_Study/rnaseq/a.dvc"]
    assert (pointers.keeping, pointers.problem(), pointers.cache_size().objects) == ("none", None, 0)


def test_a_full_disk_ends_the_keeping_not_the_reading(tree, pointers, save, monkeypatch):
    save("p_Study/rnaseq/a", b"12345")

    def full(descriptor, data):
        raise OSError(28, "No space left on device")

    with pointers.tee("p_Study/rnaseq/a") as tee:
        monkeypatch.setattr("mdjourney_backend.history.cache.os.write", full)
        reading = read_file(tree / "p_Study/rnaseq/a", tee.sink)
        tee.keep(reading)  # small files are written once their name is known
        monkeypatch.undo()
    assert reading.size == 5
    assert "No space left" in str(pointers.problem())
    assert (pointers.cache_size().objects, leavings(tree)) == (0, [])


@pytest.mark.parametrize("planted", ["link", "config"])
def test_a_cache_that_leads_elsewhere_is_not_followed(
    tree, config, open_history, tmp_path, take, planted, update
):
    open_history().prepare()
    Pointers(tree, config).prepare()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if planted == "link":
        (tree / ".dvc/cache/files/md5").rmdir()
        (tree / ".dvc/cache/files/md5").symlink_to(elsewhere)
    else:
        (tree / ".dvc/config.local").write_text(f"[cache]\n    dir = {elsewhere}\n")
    pointers = Pointers(tree, config)
    pointers.prepare()
    assert list(update(pointers, "p_Study/rnaseq", take(pointers, "a", b"1"))) == ["p_Study/rnaseq/a.dvc"]
    assert os.listdir(elsewhere) == []
    assert "old bytes are not kept" in str(pointers.problem())


def test_an_object_that_cannot_be_put_in_its_place_is_told_and_holds_up_no_file(
    tree, pointers, take, no_rename
):
    no_rename()
    assert take(pointers, "raw.bin", b"x" * 100)["raw.bin"].size == 100
    assert "could not be kept" in pointers.problem()
    assert leavings(tree) == []


def test_half_written_objects_of_a_dead_process_are_removed(tree, config, pointers):
    (tree / ".dvc/tmp/mdj-999999999-1").write_bytes(b"half")
    (tree / f".dvc/tmp/mdj-{os.getpid()}-77").write_bytes(b"alive")
    Pointers(tree, config).prepare()
    assert leavings(tree) == [f"mdj-{os.getpid()}-77"]


@pytest.mark.parametrize(
    "name",
    [
        "a.txt",
        "yes",
        "No",
        "1.0",
        "0x1f",
        "~",
        "null",
        "-rf",
        "- a",
        "a: b",
        "a #b",
        "#a",
        "'q'",
        'd"q\\',
        "n\nl",
        "t\tb",
        " lead",
        "trail ",
        "{a}",
        "[b]",
        "*x",
        "&x",
        "!x",
        "%x",
        "@x",
        "`x",
        "|",
        ">",
        "?",
        "e😀",
        "Grüße",
        "\u2028",
        "\x85",
        "\x7f",
        "\x01",
        "=",
        "<<",
        "2024-01-01",
        "1e3",
        "12:30",
        "x" * 255,
    ],
)
def test_every_name_reads_back_from_yaml(name):
    assert yaml.safe_load(f"path: {quoted(name)}\n") == {"path": name}


def test_all_digit_hashes_read_back_as_text(tree, pointers, update):
    files = {"a": PointerFile("1" * 32, 1), "b": PointerFile("123e" + "4" * 28, 1)}
    for name in files:
        (tree / "p_Study/rnaseq").mkdir(parents=True, exist_ok=True)
        (tree / "p_Study/rnaseq" / name).write_bytes(b"x")
    update(pointers, "p_Study/rnaseq", files)
    assert outs(tree, "p_Study/rnaseq/a.dvc")["a"][0] == "1" * 32
    assert outs(tree, "p_Study/rnaseq/b.dvc")["b"][0] == "123e" + "4" * 28


def test_our_block_leaves_other_lines_alone():
    once = with_lines("mine\n", ["/x"])
    assert once.startswith("mine\n# >>> mdjourney")
    assert with_lines(once + "after\n", ["/y"]) == once.replace("/x", "/y") + "after\n"


def test_pointers_go_with_the_folder_that_was_meant(tree, pointers, take):
    """Another dataset takes its place between the look and the write."""
    mine = take(pointers, "sub/mine.csv", b"mine")
    take(pointers, "sub/other.csv", b"other", "p_Study/other")
    with held(tree, "p_Study/rnaseq") as folder:
        (tree / "p_Study/rnaseq").rename(tree / "p_Study/moved")
        (tree / "p_Study/other").rename(tree / "p_Study/rnaseq")
        pointers.update(folder, mine)
    assert sorted(p.relative_to(tree).as_posix() for p in tree.glob("p_*/**/*.dvc")) == [
        "p_Study/moved/sub/mine.csv.dvc"
    ]


def test_pointers_that_are_there_are_told_again_on_request(pointers, take, update):
    files = take(pointers, "a", b"1")
    first = update(pointers, "p_Study/rnaseq", files)
    assert update(pointers, "p_Study/rnaseq", files) == {}
    assert update(pointers, "p_Study/rnaseq", files, again=True) == first


DATASET = "p_Study/rnaseq"
HUGE = 1 << 43  # sparse; nobody has room for it in memory


def many(take, pointers, number: int = MANY + 1):
    files = {}
    for i in range(number):
        files |= take(pointers, f"sub/{'long' * 20}-{i}.csv", b"x")
    return files


def test_data_of_any_size_that_is_called_like_a_pointer_is_left_alone(tree, pointers, take, update):
    files = take(pointers, "x", b"1") | take(pointers, "y", b"2")
    for path in (f"{DATASET}/x.dvc", f"{DATASET}/dataset.dvc", "p_Study/above.dvc"):
        (tree / path).touch()
        os.truncate(tree / path, HUGE)
    assert list(update(pointers, DATASET, files)) == [f"{DATASET}/y.dvc"]
    assert list(update(pointers, DATASET, files | many(take, pointers))) == [
        f"{DATASET}/y.dvc",
        f"{DATASET}/dataset-mdjourney.dvc",
    ]
    assert {p.stat().st_size for p in (tree / f"{DATASET}/x.dvc", tree / f"{DATASET}/dataset.dvc")} == {HUGE}


def test_an_archive_of_pointers_that_is_called_like_one_is_left_alone(tree, pointers, take, update):
    files = take(pointers, "x", b"1") | take(pointers, "y", b"2")
    update(pointers, DATASET, files)
    place = tree / DATASET / "x.dvc"
    with tarfile.open(tree / "archive", "w") as archive:
        archive.add(place, "x.dvc")
    (tree / "archive").replace(place)
    kept = place.read_bytes()
    assert update(pointers, DATASET, {}) == {f"{DATASET}/y.dvc": None}
    assert update(pointers, DATASET, files).keys() == {f"{DATASET}/y.dvc"}
    assert place.read_bytes() == kept


@pytest.mark.parametrize("piece", [7, 1 << 20])
def test_a_pointer_of_ours_may_be_larger_than_any_of_people(tree, pointers, take, update, monkeypatch, piece):
    monkeypatch.setattr(pointer_yaml, "MAX_BYTES", 1000)
    monkeypatch.setattr(pointer_files, "_PIECE", piece)
    files = many(take, pointers)
    place = tree / DATASET / "dataset.dvc"
    assert list(update(pointers, DATASET, files)) == [f"{DATASET}/dataset.dvc"]
    assert place.stat().st_size > 10_000
    assert update(pointers, DATASET, files) == {}
    few = dict([files.popitem()])
    assert list(update(pointers, DATASET, few)) == [f"{DATASET}/dataset.dvc"]  # it is known for what it is
    update(pointers, DATASET, files)
    with place.open("ab") as file:
        file.write(b"frozen: true\n")  # as `dvc freeze` does
    assert list(update(pointers, DATASET, files)) == [f"{DATASET}/dataset.dvc"]
    assert not list(place.parent.glob("dataset-*.dvc"))
    assert update(pointers, DATASET, {}) == {f"{DATASET}/dataset.dvc": None}


@pytest.mark.parametrize("most", [1000, pointer_yaml.MAX_BYTES])
def test_what_a_power_failure_left_of_a_pointer_is_written_over_and_more_zeros_are_not(
    tree, pointers, take, update, monkeypatch, most
):
    monkeypatch.setattr(pointer_yaml, "MAX_BYTES", most)
    files = take(pointers, "x", b"1") | take(pointers, "y", b"2") | take(pointers, "z", b"3")
    update(pointers, DATASET, files)
    sizes = {"x": (tree / DATASET / "x.dvc").stat().st_size, "y": 0, "z": 10_000}
    for name, size in sizes.items():
        (tree / DATASET / f"{name}.dvc").write_bytes(bytes(size))
    assert update(pointers, DATASET, files).keys() == {f"{DATASET}/x.dvc", f"{DATASET}/y.dvc"}
    assert (tree / DATASET / "z.dvc").read_bytes() == bytes(10_000)

    files |= many(take, pointers)
    update(pointers, DATASET, files)
    place = tree / DATASET / "dataset.dvc"
    whole = place.read_bytes()
    place.write_bytes(bytes(len(whole)))
    assert update(pointers, DATASET, files).keys() == {f"{DATASET}/dataset.dvc"}
    assert place.read_bytes() == whole
