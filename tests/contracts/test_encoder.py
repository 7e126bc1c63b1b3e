"""What every encoder promises, and that both runtimes of the default model agree."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pytest

from qa_engine.adapters.hashing_encoder import HashingEncoder
from qa_engine.adapters.onnx_encoder import OnnxEncoder
from qa_engine.adapters.sentence_transformer import SentenceTransformerEncoder
from qa_engine.ports import Encoder

TEXTS = [
    "工作名称：社区电梯加装；完成时间：2021年6月底前；牵头部门：住房建设分局；配合部门：规划分局、各街道。",
    "主持人林小满：各位记者朋友，上午好！今天我们介绍全市图书馆夜间开放的情况。",
    "截至去年底，全市共建成口袋公园128个，新增绿地面积36.5公顷，同比增长12.4%。",
    "办理居住证需要提交身份证明、居住地址证明和近期免冠照片，受理后15个工作日内办结。",
    "我市將於下月起調整夜間公交線路，市民可通過熱線查詢。",
    "The library opens at 9:00 and closes at 21:30 on weekdays.",
    "通知",
    "垃圾分类收运车辆统一喷涂标识，厨余垃圾日产日清，由环卫中心负责监督考核。",
]
QUESTIONS = ["哪个部门负责给小区装电梯？", "居住证多少天能办好？", "去年建了多少个小公园？"]
# Every sentence is different, so that a mean over windows has something to say.
LONG = "".join(
    f"第{number}条　各单位应当在{number % 12 + 1}月前报送第{number}项任务的进展。"
    for number in range(1, 40)
)


@cache  # torch takes seconds to load
def made(kind: Callable[[], Encoder]) -> Encoder:
    return kind()


@pytest.fixture(params=[HashingEncoder, OnnxEncoder, SentenceTransformerEncoder])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return made(request.param)


@pytest.fixture
def onnx() -> Encoder:
    return made(OnnxEncoder)


@pytest.fixture
def library() -> Encoder:
    return made(SentenceTransformerEncoder)


def test_it_is_an_encoder(encoder: Encoder) -> None:
    """It has the protocol's methods, a name and a dimension."""
    assert isinstance(encoder, Encoder)
    assert encoder.name
    assert encoder.dimension > 0


@pytest.mark.parametrize("texts", [[], [""], ["  \n"], ["甲"], TEXTS, [LONG], ["乱码\udcff"]])
def test_vectors_are_unit_float32_rows(encoder: Encoder, texts: list[str]) -> None:
    """One float32 row of length 1 a text, whatever the text."""
    for vectors in (encoder.encode_passages(texts), encoder.encode_questions(texts)):
        assert vectors.dtype == np.float32
        assert vectors.shape == (len(texts), encoder.dimension)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_same_text_same_vector(encoder: Encoder) -> None:
    """A second call gives the same vectors, bit for bit."""
    np.testing.assert_array_equal(encoder.encode_passages(TEXTS), encoder.encode_passages(TEXTS))


def test_company_and_order_do_not_matter(encoder: Encoder) -> None:
    """A text gets the same vector alone, among others, in any place, and repeated."""
    alone = np.vstack([encoder.encode_passages([text]) for text in TEXTS])
    together = encoder.encode_passages(TEXTS)
    backwards = encoder.encode_passages([*TEXTS[::-1], LONG, *TEXTS[:2]])
    np.testing.assert_allclose(together, alone, atol=2e-5)
    np.testing.assert_allclose(backwards[: len(TEXTS)][::-1], alone, atol=2e-5)
    np.testing.assert_array_equal(backwards[-2:], backwards[len(TEXTS) - 1 :: -1][:2])


def test_the_end_of_a_long_text_counts(encoder: Encoder) -> None:
    """Texts beyond a model's limit are not cut off."""
    first, second = encoder.encode_passages([LONG, LONG + "最后说明：本办法由档案馆解释。" * 9])
    assert float(first @ second) < 0.99999


def test_questions_and_passages_differ(encoder: Encoder) -> None:
    """The same words as a question and as a passage are close but not the same."""
    question = encoder.encode_questions(TEXTS[:1])[0]
    passage = encoder.encode_passages(TEXTS[:1])[0]
    assert 0.8 < float(question @ passage) < 0.9999


def test_progress_counts_every_text_once(encoder: Encoder) -> None:
    """The numbers given to ``progress`` add up to the number of texts, duplicates too."""
    done: list[int] = []
    encoder.encode_passages([*TEXTS, *TEXTS[:3]], progress=done.append)
    assert sum(done) == len(TEXTS) + 3


def test_many_threads_may_ask(encoder: Encoder) -> None:
    """Threads that call at once get the vectors that one thread gets."""
    expected = encoder.encode_questions(QUESTIONS)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: encoder.encode_questions(QUESTIONS), range(8)))
    for vectors in found:
        np.testing.assert_allclose(vectors, expected, atol=2e-5)


@pytest.mark.parametrize("kind", [OnnxEncoder, SentenceTransformerEncoder])
def test_the_default_model_finds_meanings(kind: Callable[[], Encoder]) -> None:
    """A question in other words is closest to the passage that answers it."""
    encoder = made(kind)
    scores = encoder.encode_questions(QUESTIONS) @ encoder.encode_passages(TEXTS).T
    assert scores.argmax(axis=1).tolist() == [0, 3, 2]


def test_both_runtimes_share_one_space(onnx: Encoder, library: Encoder) -> None:
    """The default model's runtimes have one name, and cosine ≥ 0.99 on the same texts, so
    one may search what the other indexed."""
    assert (onnx.name, onnx.dimension) == (library.name, library.dimension)
    texts = [*TEXTS, LONG, *QUESTIONS, ""]
    for side in ("encode_passages", "encode_questions"):
        cosines = (getattr(onnx, side)(texts) * getattr(library, side)(texts)).sum(axis=1)
        assert cosines.min() >= 0.99


def test_half_precision_stays_in_the_space(library: Encoder) -> None:
    """bfloat16 gives unit vectors with cosine ≥ 0.99 to those of float32."""
    half = SentenceTransformerEncoder(precision="bfloat16")
    vectors = half.encode_passages(TEXTS)
    assert half.name == library.name
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (vectors * library.encode_passages(TEXTS)).sum(axis=1).min() >= 0.99


def test_the_onnx_runtime_leaves_torch_alone() -> None:
    """Encoding with the default runtime imports neither torch nor transformers."""
    program = (
        "import sys\n"
        "from qa_engine.adapters.onnx_encoder import OnnxEncoder\n"
        "OnnxEncoder().encode_questions(['谁牵头？'])\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'onnx', 'pandas'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "[]"
