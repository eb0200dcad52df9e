"""Folders as a broker: whole messages, each for one reader, whoever else reads, writes or removes."""

import resource
import shutil
import threading
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

pytestmark = pytest.mark.sqlite

QUEUE = "readiness"


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "broker"


@pytest.fixture
def open_channel(folder):
    """A channel of a process of its own, as far as the folders can tell."""
    connections: list[Connection] = []

    def open_channel():
        options = {
            "data_folder_in": str(folder),
            "data_folder_out": str(folder),
            "control_folder": str(folder / "control"),
        }
        connections.append(Connection("filesystem://localhost", transport_options=options))
        return connections[-1].channel()

    yield open_channel
    for connection in connections:
        connection.release()


def all_of(channel):
    messages = []
    while True:
        try:
            messages.append(channel._get(QUEUE))
        except Empty:
            return messages


def test_an_empty_folder_and_one_that_is_not_there_say_the_same(open_channel, folder):
    channel = open_channel()
    channel.queue_declare(QUEUE)
    assert (all_of(channel), channel._size(QUEUE)) == ([], 0)
    shutil.rmtree(folder, ignore_errors=True)
    assert (all_of(channel), channel._size(QUEUE)) == ([], 0)
    channel._put(QUEUE, {"number": 1})
    assert channel._size(QUEUE) == 1
    assert all_of(channel) == [{"number": 1}]


def test_messages_come_in_order_and_leave_nothing_behind(open_channel, folder):
    channel = open_channel()
    for number in range(20):
        channel._put(QUEUE, {"number": number})
    channel._put("another", {"number": 20})
    assert all_of(channel) == [{"number": number} for number in range(20)]
    assert [file.name.partition(".")[2] for file in folder.iterdir()] == ["another.msg"]


@pytest.mark.parametrize("broken", [b"", b'{"number": ', b"\xff\xfe"])
def test_what_cannot_be_read_is_removed_and_holds_up_nobody(open_channel, folder, broken):
    channel = open_channel()
    channel._put(QUEUE, {"number": 1})
    (folder / f"0_half.{QUEUE}.msg").write_bytes(broken)
    assert all_of(channel) == [{"number": 1}]
    assert list(folder.iterdir()) == []


def test_nothing_is_seen_of_a_message_that_could_not_be_written(open_channel, folder):
    """Where the system's limit ends a write in the middle, as a full disk does."""
    channel = open_channel()
    channel._put(QUEUE, {"number": 1})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            channel._put(QUEUE, {"padding": "x" * 20_000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (all_of(channel), list(folder.iterdir())) == ([{"number": 1}], [])


def test_many_writers_and_readers_at_once(open_channel):
    """Each message reaches one reader, whole."""
    written, read = threading.Event(), []

    def write(start):
        channel = open_channel()
        for number in range(start, start + 200):
            channel._put(QUEUE, {"number": number, "padding": "x" * 20_000})

    def look():
        channel = open_channel()
        while not written.is_set() or channel._size(QUEUE):
            read.extend(message["number"] for message in all_of(channel))

    writers = [threading.Thread(target=write, args=(start,)) for start in (0, 200)]
    readers = [threading.Thread(target=look) for _ in range(2)]
    for thread in (*readers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    written.set()
    for thread in readers:
        thread.join()
    assert sorted(read) == list(range(400))


def test_many_bind_one_queue_at_once_and_lose_what_was_bound(open_channel, folder):
    def bind(name):
        channel = open_channel()
        for number in range(20):
            channel.exchange_declare("news", "fanout")
            channel._queue_bind("news", "", "", f"{name}-{number}")

    threads = [threading.Thread(target=bind, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    channel = open_channel()
    assert len(channel.get_table("news")) == 60
    (folder / "control" / "news.exchange").write_text("")
    assert channel.get_table("news") == []
    channel._queue_bind("news", "", "", "again")
    assert [bound.queue for bound in channel.get_table("news")] == ["again"]
