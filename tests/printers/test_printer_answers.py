from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from drivers.printers.answers import (
    BUFFERS_CLEARED,
    Answer,
    AnswerParser,
    AutomaticStatus,
    Block,
    Noise,
    RealTimeStatus,
    TransmittedStatus,
    process_id_of,
)
from drivers.printers.status import (
    Connection,
    Cover,
    Cutter,
    Fault,
    Online,
    PaperSupply,
    PrinterStatus,
    Reason,
    with_automatic,
    with_real_time,
)

NOTHING_KNOWN = PrinterStatus(Connection.ANSWERS)
LOW = st.integers(0, 255).map(lambda value: value & 0x6F)
ANSWERS: st.SearchStrategy[tuple[Answer, bytes]] = st.one_of(
    LOW.map(lambda v: v & 0x6C | 0x12).map(lambda v: (RealTimeStatus(v), bytes((v,)))),
    st.tuples(LOW.map(lambda v: v & 0x6C | 0x10), LOW, LOW, LOW)
    .map(bytes)
    .map(lambda raw: (AutomaticStatus(raw), raw)),
    LOW.map(lambda v: (TransmittedStatus(v), bytes((v,)))),
    st.tuples(st.sampled_from([0x37, 0x3D, 0x5F]), st.binary(max_size=30).filter(lambda b: 0 not in b)).map(
        lambda block: (Block(*block), bytes((block[0],)) + block[1] + b"\x00")
    ),
)


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[a:b] for a, b in pairwise(edges)]


@given(st.binary(max_size=400), st.lists(st.integers(0, 400), max_size=12))
def test_any_split_of_any_bytes_gives_the_same_answers(data: bytes, cuts: list[int]) -> None:
    whole, pieces = AnswerParser(), AnswerParser()
    assert whole.feed(data) == tuple(a for piece in split(data, cuts) for a in pieces.feed(piece))


@given(st.lists(ANSWERS, max_size=20), st.lists(st.integers(0, 200), max_size=12))
def test_answers_are_told_apart_whatever_comes_together(
    sent: list[tuple[Answer, bytes]], cuts: list[int]
) -> None:
    parser = AnswerParser()
    data = b"".join(raw for _, raw in sent)
    assert [a for piece in split(data, cuts) for a in parser.feed(piece)] == [answer for answer, _ in sent]


@given(st.integers(0, 255))
def test_a_single_byte_is_one_answer_or_the_start_of_one(value: int) -> None:
    assert len(AnswerParser().feed(bytes((value,)))) <= 1


def test_a_block_without_an_end_does_not_swallow_what_follows_for_ever() -> None:
    answers = AnswerParser().feed(b"\x37" + b"\x12" * 200)
    assert answers[0] == Noise(0x37)
    assert RealTimeStatus(0x12) in answers


def test_a_process_id_and_a_clear_response_are_recognised() -> None:
    proof, cleared, other = AnswerParser().feed(b'\x37\x22ab!"\x00\x37\x25\x00\x5fEPSON\x00')
    assert process_id_of(proof) == b'ab!"'
    assert cleared == BUFFERS_CLEARED
    assert process_id_of(cleared) is process_id_of(other) is None


def test_each_question_teaches_its_own_part_and_leaves_the_rest_unknown() -> None:
    status = with_real_time(NOTHING_KNOWN, 1, RealTimeStatus(0x1A))
    assert status == PrinterStatus(Connection.ANSWERS, online=Online.OFFLINE)
    status = with_real_time(NOTHING_KNOWN, 2, RealTimeStatus(0x36))
    assert (status.cover, status.paper, status.online) == (Cover.OPEN, PaperSupply.OUT, Online.UNKNOWN)
    status = with_real_time(NOTHING_KNOWN, 3, RealTimeStatus(0x1A))
    assert (status.cutter, status.fault, status.paper) == (Cutter.JAMMED, Fault.NONE, PaperSupply.UNKNOWN)
    assert with_real_time(NOTHING_KNOWN, 3, RealTimeStatus(0x32)).fault is Fault.LASTING
    assert with_real_time(NOTHING_KNOWN, 3, RealTimeStatus(0x52)).fault is Fault.PASSING
    supplies = {0x12: PaperSupply.OK, 0x1E: PaperSupply.NEAR_END, 0x7E: PaperSupply.OUT}
    for value, supply in supplies.items():
        assert with_real_time(NOTHING_KNOWN, 4, RealTimeStatus(value)).paper is supply


def test_printing_that_stopped_for_paper_is_paper_out_though_the_sensor_sees_some() -> None:
    stopped = with_real_time(NOTHING_KNOWN, 2, RealTimeStatus(0x32))
    assert with_real_time(stopped, 4, RealTimeStatus(0x12)).paper is PaperSupply.OUT


def test_an_automatic_status_says_everything() -> None:
    status = with_automatic(NOTHING_KNOWN, AutomaticStatus(b"\x38\x08\x0f\x00"))
    assert status == PrinterStatus(
        Connection.ANSWERS, Online.OFFLINE, PaperSupply.OUT, Cover.OPEN, Cutter.JAMMED, Fault.NONE
    )
    assert status.obstacle is Reason.COVER_OPEN
    fine = with_automatic(NOTHING_KNOWN, AutomaticStatus(b"\x10\x00\x00\x00"))
    assert fine.complete
    assert fine.obstacle is None


def test_what_is_not_known_is_no_obstacle_and_no_plenty() -> None:
    assert NOTHING_KNOWN.obstacle is None
    assert NOTHING_KNOWN.paper is PaperSupply.UNKNOWN
    assert not NOTHING_KNOWN.complete
