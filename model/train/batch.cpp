#include "model/train/batch.h"

#include "core/base/error.h"
#include "core/kernels/patch_rows.h"
#include "core/pruning/make_mask.h"

#include <algorithm>
#include <numeric>
#include <random>

namespace prunescope::model::train {

namespace {

constexpr std::int64_t kIgnored = -100; ///< of LibTorch's losses
constexpr int kWordsOfLine = 3;         ///< spaces from which on a text is a line
constexpr int kLevel = 8;               ///< kept blocks are levelled to a multiple of this

/// A generator whose numbers are the same everywhere.
using Generator = std::mt19937_64;

std::uint64_t below(Generator& random, std::uint64_t count) {
    return random() % count;
}

std::vector<KeepMask> masksOf(const std::vector<PreparedExample>& examples, const BatchOptions& options) {
    std::vector<KeepMask> masks;
    for (const PreparedExample& example : examples)
        masks.push_back(makeMask(example.blocks, options.plan.pixelStage().settings));
    return masks;
}

/// Keeps drawn dropped blocks until `count` are kept.
void fill(KeepMask& mask, int count, Generator& random) {
    std::vector<int> dropped;
    for (int i = 0; i < mask.count(); ++i)
        if (!mask.kept(i))
            dropped.push_back(i);
    for (int missing = count - mask.keptCount(); missing > 0; --missing) {
        const std::size_t pick = below(random, dropped.size());
        mask.keep(dropped[pick]);
        dropped[pick] = dropped.back();
        dropped.pop_back();
    }
}

/// All pictures to one number of kept blocks, where all have as many.
void level(std::vector<KeepMask>& masks, Generator& random) {
    int most = 0, least = masks.front().count();
    for (const KeepMask& mask : masks) {
        most = std::max(most, mask.keptCount());
        least = std::min(least, mask.count());
    }
    const int count = std::min((most + kLevel - 1) / kLevel * kLevel, least);
    if (count < most)
        return; // pictures of several sizes
    for (KeepMask& mask : masks)
        fill(mask, count, random);
}

at::Tensor longs(const std::vector<std::int64_t>& values) {
    return at::tensor(values, at::kLong);
}

/// The pixels of one of the equal frames.
at::Tensor pixelRows(const std::vector<PreparedExample>& examples, const std::vector<std::vector<int>>& blocks,
                     at::ScalarType type) {
    std::vector<at::Tensor> rows;
    for (std::size_t i = 0; i < examples.size(); ++i) {
        const auto count = static_cast<std::int64_t>(blocks[i].size());
        const PatchGeometry& geometry = examples[i].blocks.geometry();
        const std::int64_t patches = count * geometry.patchesPerBlock();
        const at::Tensor all = at::empty({patches, 3, geometry.frames, geometry.patchPx * geometry.patchPx}, type);
        writePatchRows(examples[i].blocks, blocks[i], type == at::kFloat ? RowType::Float32 : RowType::BFloat16,
                       all.mutable_data_ptr());
        rows.push_back(all.select(2, 0).reshape({patches, -1}));
    }
    return at::cat(rows);
}

/// The sequences of a batch, one after the other, padded to one length where they are to be.
class TextGatherer {
public:
    TextGatherer(const ExampleEncoder& encoder, const std::map<std::string, double>& taskWeights, TrainBatch& batch)
        : m_encoder(encoder), m_taskWeights(taskWeights), m_batch(batch) {}

    void add(const TokenSequence& kept, const EncodedExample& example, std::int64_t length) {
        const auto begin = static_cast<std::int64_t>(m_ids.size());
        const ImageSpan& image = kept.images.front();
        for (int i = 0; i < image.count; ++i)
            m_visual.push_back(begin + image.first + i);
        m_ids.insert(m_ids.end(), kept.ids.begin(), kept.ids.end());
        for (std::size_t axis = 0; axis < kept.positions.size(); ++axis)
            m_positions[axis].insert(m_positions[axis].end(), kept.positions[axis].begin(), kept.positions[axis].end());
        const int dropped = example.tokens.length() - kept.length();
        for (const AnswerSpan& answer : example.answers)
            addAnswer(answer, example.tokens, begin - dropped);
        pad(begin + length, kept.nextPosition);
        m_batch.text.segments.push_back(static_cast<std::int64_t>(m_ids.size()) - begin);
    }

    void finish() {
        m_batch.text.ids = longs(m_ids);
        m_batch.text.positions = at::stack({longs(m_positions[0]), longs(m_positions[1]), longs(m_positions[2])});
        m_batch.text.visual = longs(m_visual);
        m_batch.predicting = longs(m_predicting);
        m_batch.labels = longs(m_labels);
        m_batch.numbers = longs(m_numbers);
        m_batch.weights = at::tensor(m_weights, at::kFloat);
        m_batch.weight = std::accumulate(m_weights.begin(), m_weights.end(), 0.0);
    }

private:
    /// `shift`: from tokens of the whole picture to rows of the batch; answers stand after the picture.
    void addAnswer(const AnswerSpan& answer, const TokenSequence& tokens, std::int64_t shift) {
        m_batch.answers.push_back({answer, static_cast<std::int64_t>(m_labels.size())});
        const auto known = m_taskWeights.find(answer.task);
        const float weight = known == m_taskWeights.end() ? 1.0f : static_cast<float>(known->second);
        for (int i = answer.first; i < answer.first + answer.count; ++i) {
            m_predicting.push_back(shift + i - 1);
            m_labels.push_back(tokens.ids[static_cast<std::size_t>(i)]);
            m_weights.push_back(weight);
        }
        m_numbers.insert(m_numbers.end(), answer.numbers.begin(), answer.numbers.end());
    }

    void pad(std::int64_t end, std::int64_t position) {
        for (; static_cast<std::int64_t>(m_ids.size()) < end; ++position) {
            m_ids.push_back(m_encoder.padId());
            for (auto& axis : m_positions)
                axis.push_back(position);
        }
    }

    const ExampleEncoder& m_encoder;
    const std::map<std::string, double>& m_taskWeights;
    TrainBatch& m_batch;
    std::vector<float> m_weights;
    std::vector<std::int64_t> m_ids, m_visual, m_predicting, m_labels, m_numbers;
    std::array<std::vector<std::int64_t>, 3> m_positions;
};

/// Labels of the auxiliary OCR heads, picture after picture.
class OcrGatherer {
public:
    OcrGatherer(const ExampleEncoder& encoder, int halvesAsked) : m_encoder(encoder), m_asked(halvesAsked) {}

    void add(const PreparedExample& example, const std::vector<int>& kept, Generator& random) {
        const OcrLabels labels = ocrLabels(*example.example.screen, example.blocks.grid());
        std::vector<Readable> readable;
        for (const int block : kept) {
            for (int half = 0; half < kHalves; ++half) {
                const auto from = static_cast<std::size_t>(block * kHalves + half);
                addOwn(&labels.own[from * kOwnCharacters]);
                if (labels.run[from] >= 0)
                    readable.push_back({m_rows * kHalves + half, labels.run[from], labels.index[from]});
            }
            ++m_rows;
        }
        for (int i = 0; i < m_asked && !readable.empty(); ++i) {
            const std::size_t pick = below(random, readable.size());
            addElement(*example.example.screen, readable[pick], example.example.picture.size());
            readable[pick] = readable.back();
            readable.pop_back();
        }
    }

    OcrRows take() const {
        const auto count = static_cast<std::int64_t>(m_halves.size());
        return {longs(m_own).view({-1, kOwnCharacters}), longs(m_halves), longs(m_slots).view({count, kSlots}),
                longs(m_boxes).view({count, 4}), longs(m_states)};
    }

private:
    /// A half of a block of the batch in which a run can be read from this byte on.
    struct Readable {
        std::int64_t half;
        std::int32_t run;
        std::int32_t index;
    };

    /// Of more words than labels and names have.
    static bool isLong(const std::string& text) { return std::count(text.begin(), text.end(), ' ') >= kWordsOfLine; }

    /// A long line is too far to see from its end: a block says what goes on from the word that it shows.
    static std::string fromWordAt(const std::string& text, std::int32_t index) {
        const std::size_t space = text.rfind(' ', static_cast<std::size_t>(index));
        return space == std::string::npos ? text : text.substr(space); // with the space, as in the middle of an answer
    }

    /// Characters and the first "none" after them; what follows is not asked.
    void addOwn(const std::uint8_t* own) {
        bool more = true;
        for (int i = 0; i < kOwnCharacters; ++i) {
            m_own.push_back(more ? own[i] : kIgnored);
            more = more && own[i] != 0;
        }
    }

    void addElement(const Screen& screen, const Readable& place, Size size) {
        const TextRun& run = screen.runs[static_cast<std::size_t>(place.run)];
        m_halves.push_back(place.half);
        const auto addSlots = [&](const std::string& text, int slots) {
            for (const std::int64_t id : m_encoder.slots(text, static_cast<std::size_t>(slots)))
                m_slots.push_back(id < 0 ? kIgnored : id);
        };
        addSlots(isLong(run.text) ? fromWordAt(run.text, place.index) : run.text, kTextSlots);
        addSlots(run.key, kKeySlots);
        addSlots(run.column, kColumnSlots);
        for (const int edge : onAnswerScale(run.box, size))
            m_boxes.push_back(edge);
        m_states.push_back(!run.checked ? 0 : *run.checked ? 2 : 1);
    }

    const ExampleEncoder& m_encoder;
    int m_asked;
    std::int64_t m_rows = 0;
    std::vector<std::int64_t> m_own, m_halves, m_slots, m_boxes, m_states;
};

bool allDrawn(const std::vector<PreparedExample>& examples) {
    return std::all_of(examples.begin(), examples.end(),
                       [](const auto& example) { return example.example.screen != nullptr; });
}

OcrRows ocrRows(const std::vector<PreparedExample>& examples, const std::vector<std::vector<int>>& blocks,
                const ExampleEncoder& encoder, int halvesAsked, Generator& random) {
    OcrGatherer gatherer(encoder, halvesAsked);
    for (std::size_t i = 0; i < examples.size(); ++i)
        gatherer.add(examples[i], blocks[i], random);
    return gatherer.take();
}

} // namespace

TrainBatch TrainBatch::to(at::Device device) const {
    if (device.is_cpu())
        return *this;
    TrainBatch moved = *this;
    for (at::Tensor* tensor : {&moved.vision.pixels, &moved.text.ids, &moved.text.positions, &moved.text.visual,
                               &moved.predicting, &moved.labels, &moved.numbers, &moved.weights, &moved.ocr.own,
                               &moved.ocr.halves, &moved.ocr.slots, &moved.ocr.boxes, &moved.ocr.states})
        if (tensor->defined())
            *tensor = tensor->to(device, true);
    if (whole)
        moved.whole = std::make_shared<TrainBatch>(whole->to(device));
    return moved;
}

TrainBatch makeBatch(const std::vector<PreparedExample>& examples, const BatchOptions& options,
                     const ExampleEncoder& encoder, std::uint64_t seed) {
    check(!examples.empty(), "a batch has pictures");
    Generator random(seed);
    TrainBatch batch;
    batch.plan = toText(options.plan);
    batch.pictures = static_cast<std::int64_t>(examples.size());
    std::vector<KeepMask> masks = masksOf(examples, options);
    if (options.levelled)
        level(masks, random);
    std::vector<TokenSequence> kept;
    std::int64_t longest = 0, keptBlocks = 0, allBlocks = 0;
    for (std::size_t i = 0; i < examples.size(); ++i) {
        batch.vision.grids.push_back(examples[i].blocks.grid());
        batch.vision.blocks.push_back(masks[i].keptIndices());
        kept.push_back(keepBlocks(examples[i].encoded.tokens, {masks[i]}));
        longest = std::max<std::int64_t>(longest, kept.back().length());
        keptBlocks += masks[i].keptCount();
        allBlocks += masks[i].count();
    }
    batch.keptShare = static_cast<double>(keptBlocks) / static_cast<double>(allBlocks);
    batch.vision.pixels = pixelRows(examples, batch.vision.blocks, options.type);
    TextGatherer text(encoder, options.taskWeights, batch);
    for (std::size_t i = 0; i < examples.size(); ++i)
        text.add(kept[i], examples[i].encoded, options.levelled ? longest : kept[i].length());
    text.finish();
    if (options.ocr && allDrawn(examples))
        batch.ocr = ocrRows(examples, batch.vision.blocks, encoder, options.halvesAsked, random);
    return batch;
}

} // namespace prunescope::model::train
