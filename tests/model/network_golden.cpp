#include "tests/model/network_golden.h"

#include "core/image/image_file.h"
#include "core/resize/resize.h"
#include "tests/model/row_keeper.h"
#include "tests/support/golden.h"

#include <cmath>
#include <sstream>
#include <stdexcept>

namespace prunescope::test {

namespace {

/// The language layer before which runs called "intra" drop tokens (other-families spec 7).
constexpr int kIntraLayer = 2;

at::ScalarType scalarType(const std::string& dtype) {
    if (dtype == "F32")
        return at::kFloat;
    if (dtype == "BF16")
        return at::kBFloat16;
    if (dtype == "I32")
        return at::kInt;
    if (dtype == "I64")
        return at::kLong;
    if (dtype == "U8")
        return at::kByte;
    throw std::runtime_error("golden tensor of dtype " + dtype);
}

/// [rows, columns, 3] bytes.
Picture pictureOf(const at::Tensor& rgb) {
    const at::Tensor whole = rgb.contiguous();
    const auto* bytes = whole.const_data_ptr<std::uint8_t>();
    return Picture({static_cast<int>(whole.size(1)), static_cast<int>(whole.size(0))},
                   std::vector<std::uint8_t>(bytes, bytes + whole.numel()));
}

/// Where a run drops what it drops.
void readPlace(const nlohmann::json& entry, NetworkGolden::Run& run) {
    run.layer = entry.value("layer", 0);
    if (run.name == "pre" || run.name == "pre.reindex")
        run.layer = -1;
    run.isReindexed = run.name == "pre.reindex";
    run.languageLayer = run.name == "intra" ? kIntraLayer : 0;
}

/// The stored logits of a run that `found`, of all its tokens, are to be compared with, and those of `found`.
std::pair<at::Tensor, at::Tensor> comparedLogits(const NetworkGolden& golden, const NetworkGolden::Run& run,
                                                 const at::Tensor& found) {
    if (golden.has(run.prefix + "logits"))
        return {golden.tensor(run.prefix + "logits"), found};
    return {golden.tensor(run.prefix + "step_logits")[0], found[-1]};
}

} // namespace

const std::vector<GoldenSet>& goldenSets() {
    static const std::vector<GoldenSet> sets{
        {.name = "qwen3vl", .logits = 1e-4, .half = 0.06, .int8 = 0.10, .int4 = 0.60},
        {.name = "qwen35", .layers = 2e-4, .int8 = 0.25, .int4 = 1.2},
        {.name = "qwen25vl"},
        {.name = "llava"},
        {.name = "internvl"},
    };
    return sets;
}

at::Tensor copyOf(const model::StoredTensor& stored) {
    return at::from_blob(const_cast<std::byte*>(stored.bytes.data()), stored.shape,
                         at::TensorOptions().dtype(scalarType(stored.dtype)))
        .clone();
}

NetworkGolden::NetworkGolden(const std::string& set)
    : m_folder((goldenFolder() / set).string()), m_manifest(readJson(m_folder + "/manifest.json")),
      m_file(model::openSafetensors(m_folder + "/golden.safetensors")) {}

Place NetworkGolden::Run::place() const {
    return layer < 0 ? Place::AfterEncoder : layer == 0 ? Place::Input : Place::VisionLayer;
}

std::string NetworkGolden::imageFile(const std::string& image) const {
    return m_folder + "/" + m_manifest.at("images").at(image).at("file").get<std::string>();
}

std::vector<std::string> NetworkGolden::caseNames() const {
    std::vector<std::string> names;
    for (const auto& [name, value] : m_manifest.at("cases").items())
        names.push_back(name);
    return names;
}

std::vector<std::string> NetworkGolden::runNames(const std::string& caseName) const {
    std::vector<std::string> names;
    for (const auto& [name, value] : m_manifest.at("cases").at(caseName).at("runs").items())
        names.push_back(name);
    return names;
}

at::Tensor NetworkGolden::tensor(const std::string& name) const {
    const model::StoredTensor* stored = m_file->find(name);
    if (!stored)
        throw std::runtime_error("no golden tensor " + name);
    return copyOf(*stored);
}

std::vector<std::int64_t> NetworkGolden::integers(const std::string& name) const {
    const at::Tensor values = tensor(name).to(at::kLong).contiguous();
    return {values.data_ptr<std::int64_t>(), values.data_ptr<std::int64_t>() + values.numel()};
}

std::vector<std::string> NetworkGolden::names(const std::string& prefix) const {
    std::vector<std::string> names;
    for (const auto& [name, stored] : m_file->tensors())
        if (name.starts_with(prefix))
            names.push_back(name.substr(prefix.size()));
    return names;
}

Picture NetworkGolden::seen(const std::string& image, int side) const {
    const at::Tensor rgb = tensor("images/" + image + "/resized").permute({1, 2, 0});
    const nlohmann::json& entry = m_manifest.at("images").at(image);
    if (entry.contains("crop"))
        return pictureOf(rgb.narrow(0, entry["crop"][0], side).narrow(1, entry["crop"][1], side));
    if (!entry.contains("tiles"))
        return pictureOf(rgb);
    const std::int64_t cols = entry["tiles"][0], rows = entry["tiles"][1];
    return pictureOf(rgb.reshape({rows, side, cols, side, 3}).transpose(1, 2).reshape({-1, side, 3}));
}

at::Tensor NetworkGolden::patchRows(const std::string& image, const PatchGeometry& geometry,
                                    const std::string& values) const {
    const at::Tensor stored = tensor("images/" + image + "/" + values);
    if (stored.dim() == 2)
        return stored;
    // [tiles, 3, side, side] of a single frame: split both sides into blocks, patches of a block, pixels of a patch
    const std::int64_t patch = geometry.patchPx, merge = geometry.merge, blocks = stored.size(2) / (patch * merge);
    return stored.reshape({-1, 3, blocks, merge, patch, blocks, merge, patch})
        .permute({0, 2, 5, 3, 6, 1, 4, 7})
        .reshape({-1, 3 * patch * patch});
}

NetworkGolden::Case NetworkGolden::readCase(const std::string& name, const model::ModelConfig& config) const {
    Case one{name, m_manifest.at("cases").at(name).at("images"), {}, {}};
    std::vector<BlockGrid> grids;
    for (const std::string& image : one.images) {
        const Picture picture = resizeForModel(readImage(imageFile(image)), config.images);
        one.pictures.emplace_back(PixelBlocks(picture, config.vision.geometry));
        grids.push_back(one.pictures.back().grid());
    }
    one.prompt = model::makeSequence(integers("cases/" + name + "/full/input_ids"), grids, config.tokens);
    return one;
}

NetworkGolden::Run NetworkGolden::readRun(const Case& one, const std::string& name) const {
    Run run{.name = name, .masks = {}, .prefix = "cases/" + one.name + "/" + name + "/"};
    readPlace(m_manifest.at("cases").at(one.name).at("runs").at(name), run);
    for (std::size_t i = 0; i < one.pictures.size(); ++i) {
        const BlockGrid grid = one.pictures[i].grid();
        KeepMask mask = name == "full" ? KeepMask::all(grid) : KeepMask(grid);
        if (name != "full")
            for (const std::int64_t block : integers(run.prefix + "keep." + std::to_string(i)))
                mask.keep(static_cast<int>(block));
        run.masks.push_back(mask);
    }
    return run;
}

std::vector<NetworkGolden::Run> NetworkGolden::runs(const Case& one) const {
    std::vector<Run> runs;
    for (const std::string& name : runNames(one.name))
        runs.push_back(readRun(one, name));
    return runs;
}

model::VisionInput visionInput(const NetworkGolden::Case& one, const NetworkGolden::Run& run) {
    std::vector<KeepMask> masks = run.masks;
    if (run.languageLayer > 0) // the encoder and the first language layers see everything
        for (KeepMask& mask : masks)
            mask = KeepMask::all(mask.grid());
    return {one.pictures, masks, run.place(), std::max(run.layer, 0)};
}

std::vector<std::int64_t> keptTokens(const NetworkGolden::Case& one, const NetworkGolden::Run& run) {
    std::vector<bool> kept(one.prompt.ids.size(), true);
    for (std::size_t i = 0; i < run.masks.size(); ++i)
        for (int block = 0; block < run.masks[i].count(); ++block)
            kept.at(static_cast<std::size_t>(one.prompt.images.at(i).first + block)) = run.masks[i].kept(block);
    std::vector<std::int64_t> tokens;
    for (std::size_t token = 0; token < kept.size(); ++token)
        if (kept[token])
            tokens.push_back(static_cast<std::int64_t>(token));
    return tokens;
}

model::TokenSequence promptOf(const NetworkGolden::Case& one, const NetworkGolden::Run& run) {
    if (run.languageLayer > 0)
        return one.prompt;
    const model::TokenSequence prompt = model::keepBlocks(one.prompt, run.masks);
    return run.isReindexed ? model::reindexed(prompt) : prompt;
}

std::unique_ptr<model::LayerPruning> pruningOf(const NetworkGolden::Case& one, const NetworkGolden::Run& run) {
    if (run.languageLayer <= 0)
        return nullptr;
    return std::make_unique<RowKeeper>(std::set<std::int64_t>{run.languageLayer},
                                       [rows = keptTokens(one, run)](const model::LayerRows&) {
                                           return model::KeptRows{rows, {}};
                                       });
}

std::string difference(const std::string& name, const at::Tensor& found, const at::Tensor& expected, double absolute) {
    std::ostringstream text;
    if (found.sizes() != expected.sizes()) {
        text << name << ": shape " << found.sizes() << ", expected " << expected.sizes();
        return text.str();
    }
    const at::Tensor wide = found.to(at::kDouble), reference = expected.to(at::kDouble);
    const at::Tensor error = (wide - reference).abs();
    const at::Tensor allowed =
        expected.is_floating_point() ? absolute + 1e-4 * reference.abs() : at::zeros_like(reference);
    if (error.le(allowed).all().item<bool>())
        return {};
    text << name << ": largest error " << error.max().item<double>();
    return text.str();
}

double relativeError(const NetworkGolden& golden, const model::VisionLanguageModel& network,
                     const std::string& caseName) {
    const auto one = golden.readCase(caseName, network.traits().config);
    double error = 0, size = 0; // squared
    for (const NetworkGolden::Run& run : golden.runs(one)) {
        at::Tensor logits;
        model::Observer observer;
        observer.onValue = [&](std::string_view name, const at::Tensor& value) {
            if (name == "logits")
                logits = value.cpu().to(at::kFloat);
        };
        model::VisionFeatures features;
        if (!one.pictures.empty())
            features = network.encode(visionInput(one, run), {});
        model::KvCache cache = network.makeCache();
        network.prefill(promptOf(one, run), features, cache, observer, pruningOf(one, run).get());
        const auto [expected, found] = comparedLogits(golden, run, logits);
        error += (found - expected).square().sum().item<double>();
        size += expected.square().sum().item<double>();
    }
    return std::sqrt(error / size);
}

} // namespace prunescope::test
