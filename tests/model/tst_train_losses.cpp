#include "model/train/losses.h"

#include <ATen/core/grad_mode.h>
#include <QtTest>

using namespace prunescope::model::train;

namespace {

/// Answers of a small vocabulary, with a teacher.
struct Sample {
    at::Tensor hidden, head, teacherHidden, teacherHead;
    TrainBatch batch;

    Sample(std::int64_t rows, std::int64_t vocab, std::int64_t width = 6) {
        at::manual_seed(23);
        hidden = at::randn({rows, width}).requires_grad_(true);
        head = (at::randn({vocab, width}) * 0.7).requires_grad_(true);
        teacherHidden = at::randn({rows, width});
        teacherHead = at::randn({vocab, width});
        batch.labels = at::randint(vocab, {rows}, at::kLong);
        batch.numbers = at::full({rows}, -1, at::kLong);
    }
    TeacherStates teacher() const { return {teacherHidden, teacherHead}; }
};

/// A loss with its derivatives by hidden states and head.
struct Judged {
    at::Tensor total, ofHidden, ofHead;
};

Judged derived(const Sample& sample, const at::Tensor& total) {
    sample.hidden.mutable_grad() = at::Tensor();
    sample.head.mutable_grad() = at::Tensor();
    total.backward();
    return {total.detach(), sample.hidden.grad(), sample.head.grad()};
}

bool near(const at::Tensor& found, const at::Tensor& expected) {
    return at::allclose(found, expected, 1e-5, 1e-5);
}

bool near(const Judged& found, const Judged& expected) {
    return near(found.total, expected.total) && near(found.ofHidden, expected.ofHidden) &&
           near(found.ofHead, expected.ofHead);
}

at::Tensor probabilities(const at::Tensor& hidden, const at::Tensor& head, double temperature = 1) {
    const at::Tensor e = (at::matmul(hidden, head.t()) / temperature).exp();
    return e / e.sum(1, true);
}

at::Tensor crossEntropy(const Sample& sample) {
    return -probabilities(sample.hidden, sample.head).gather(1, sample.batch.labels.unsqueeze(1)).log().sum();
}

at::Tensor divergence(const Sample& sample, double temperature = 1) {
    const at::Tensor student = probabilities(sample.hidden, sample.head, temperature);
    const at::Tensor teacher = probabilities(sample.teacherHidden, sample.teacherHead, temperature);
    return (teacher * (teacher.log() - student.log())).sum();
}

AnswerLossOptions options(double alpha, std::int64_t chunkRows, double temperature = 1, bool sum = false) {
    return {alpha, sum, temperature, chunkRows};
}

/// Rows 1, 3 and 4 are coordinates.
Sample numberSample() {
    Sample sample(6, 1100);
    sample.batch.numbers = at::tensor({-1, 500, -1, 0, 999, -1}, at::kLong);
    return sample;
}

/// The number n is token n + 50.
NumberTargets numberTargets() {
    std::vector<std::int64_t> ids;
    for (std::int64_t number = 0; number <= 1000; ++number)
        ids.push_back(number + 50);
    return NumberTargets(ids, at::kCPU, 2.0);
}

/// Soft cross-entropy of one row by its definition.
at::Tensor softLoss(const at::Tensor& probabilities, std::int64_t number) {
    double sum = 0;
    at::Tensor loss = at::zeros({});
    for (std::int64_t other = std::max<std::int64_t>(0, number - 6); other <= std::min<std::int64_t>(1000, number + 6);
         ++other) {
        const double distance = static_cast<double>(other - number) / 2.0,
                     weight = std::exp(-0.5 * distance * distance);
        sum += weight;
        loss = loss - weight * probabilities[other + 50].log();
    }
    return loss / sum;
}

} // namespace

/// The loss of answers, worked through in chunks, against its formula written out.
class TestTrainLosses : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void chunks_data() {
        QTest::addColumn<int>("rows");
        for (const int rows : {1, 3, 7, 512})
            QTest::addRow("%d rows at a time", rows) << rows;
    }

    void crossEntropyAlone_data() { chunks_data(); }
    void crossEntropyAlone() {
        QFETCH(int, rows);
        const Sample sample(7, 11);
        const AnswerLoss found = answerLoss(sample.hidden, sample.head, {}, sample.batch, {}, options(0.5, rows));
        QVERIFY(near(found.text, found.total.detach()));
        QCOMPARE(found.distillation.item<double>(), 0.0);
        QVERIFY(at::equal(found.best, at::matmul(sample.hidden, sample.head.t()).argmax(1)));
        const Judged judged = derived(sample, found.total); // without a teacher alpha means nothing
        QVERIFY(near(judged, derived(sample, crossEntropy(sample))));
    }

    void weightsCount_data() { chunks_data(); }
    /// Of cross-entropy and of what the teacher says.
    void weightsCount() {
        QFETCH(int, rows);
        Sample sample = numberSample();
        sample.batch.weights = at::tensor({0.0f, 1.0f, 2.5f, 0.0f, 3.0f, 1.0f});
        const Judged found = derived(
            sample, answerLoss(sample.hidden, sample.head, {}, sample.batch, numberTargets(), options(1, rows)).total);
        Judged expected{at::zeros({}), at::zeros_like(sample.hidden), at::zeros_like(sample.head)};
        for (std::int64_t row = 0; row < sample.hidden.size(0); ++row) { // one row at a time, without weights
            Sample one = sample;
            one.batch.weights = at::Tensor();
            one.batch.labels = sample.batch.labels.narrow(0, row, 1);
            one.batch.numbers = sample.batch.numbers.narrow(0, row, 1);
            const Judged alone = derived(sample, answerLoss(sample.hidden.narrow(0, row, 1), sample.head, {}, one.batch,
                                                            numberTargets(), options(1, 1))
                                                     .total);
            const float weight = sample.batch.weights[row].item<float>();
            expected.total = expected.total + alone.total * weight;
            expected.ofHidden = expected.ofHidden + alone.ofHidden * weight;
            expected.ofHead = expected.ofHead + alone.ofHead * weight;
        }
        QVERIFY(near(found, expected));
    }

    void distillation_data() { chunks_data(); }
    void distillation() {
        QFETCH(int, rows);
        const Sample sample(7, 11);
        for (const double alpha : {0.0, 0.3, 1.0})
            for (const double temperature : {1.0, 2.5}) {
                const AnswerLoss found = answerLoss(sample.hidden, sample.head, sample.teacher(), sample.batch, {},
                                                    options(alpha, rows, temperature));
                QVERIFY(near(found.distillation, divergence(sample, temperature).detach()));
                QVERIFY(found.distillation.item<double>() > 0);
                const Judged judged = derived(sample, found.total);
                const at::Tensor expected =
                    alpha * crossEntropy(sample) + (1 - alpha) * divergence(sample, temperature);
                QVERIFY(near(judged, derived(sample, expected)));
            }
    }

    void bothInFull() {
        const Sample sample(7, 11);
        const AnswerLoss found =
            answerLoss(sample.hidden, sample.head, sample.teacher(), sample.batch, {}, options(0.3, 3, 1, true));
        const Judged judged = derived(sample, found.total);
        QVERIFY(near(judged, derived(sample, crossEntropy(sample) + divergence(sample))));
    }

    void nothingToLearnFromOneself() {
        Sample sample(7, 11);
        sample.teacherHidden = sample.hidden.detach();
        sample.teacherHead = sample.head.detach();
        const AnswerLoss found =
            answerLoss(sample.hidden, sample.head, sample.teacher(), sample.batch, {}, options(0, 3, 1.7));
        QVERIFY(std::abs(found.distillation.item<double>()) < 1e-5);
        const Judged judged = derived(sample, found.total);
        QVERIFY(judged.ofHidden.abs().max().item<double>() < 1e-5);
        QVERIFY(judged.ofHead.abs().max().item<double>() < 1e-5);
    }

    void coordinatesHaveSoftTargets_data() { chunks_data(); }
    void coordinatesHaveSoftTargets() {
        QFETCH(int, rows);
        const Sample sample = numberSample();
        const AnswerLoss found =
            answerLoss(sample.hidden, sample.head, {}, sample.batch, numberTargets(), options(1, rows));
        const at::Tensor p = probabilities(sample.hidden, sample.head);
        const at::Tensor numbers = softLoss(p[1], 500) + softLoss(p[3], 0) + softLoss(p[4], 999);
        at::Tensor text = at::zeros({});
        for (const std::int64_t row : {0, 2, 5})
            text = text - p[row][sample.batch.labels[row].item<std::int64_t>()].log();
        QVERIFY(near(found.number, numbers.detach()));
        QVERIFY(near(found.text, text.detach()));
        const Judged judged = derived(sample, found.total);
        QVERIFY(near(judged, derived(sample, text + numbers)));
    }

    void aNearMissCostsLessThanAFarOne() {
        const NumberTargets targets = numberTargets();
        const auto loss = [&](std::int64_t said) {
            at::Tensor logits = at::zeros({1, 1001});
            logits[0][said] = 20.0;
            return targets.loss(at::log_softmax(logits, 1), at::tensor({500}, at::kLong)).item<double>();
        };
        QVERIFY(loss(500) < loss(502));
        QVERIFY(loss(502) < loss(505));
        QVERIFY(loss(505) < loss(507));
        QVERIFY(std::abs(loss(507) - loss(900)) < 1e-3);
    }

    void aFactorOfTheLossIsOneOfItsDerivatives() {
        const Sample sample(7, 11);
        const auto total = [&] {
            return answerLoss(sample.hidden, sample.head, {}, sample.batch, {}, options(1, 3)).total;
        };
        const Judged whole = derived(sample, total()), part = derived(sample, total() * 0.125);
        QVERIFY(near(part.ofHidden, whole.ofHidden * 0.125));
        QVERIFY(near(part.ofHead, whole.ofHead * 0.125));
    }

    void aFrozenHeadHasNoDerivative() {
        Sample sample(7, 11);
        sample.head = sample.head.detach();
        answerLoss(sample.hidden, sample.head, {}, sample.batch, {}, options(1, 3)).total.backward();
        QVERIFY(sample.hidden.grad().defined());
        QVERIFY(!sample.head.grad().defined());
    }

    void evaluationMakesNoDerivatives() {
        const Sample sample(7, 11);
        const at::NoGradGuard guard;
        const AnswerLoss found = answerLoss(sample.hidden, sample.head, {}, sample.batch, {}, options(1, 3));
        QVERIFY(!found.total.requires_grad());
        QVERIFY(near(found.total, crossEntropy(sample)));
    }
};

QTEST_APPLESS_MAIN(TestTrainLosses)
#include "tst_train_losses.moc"
