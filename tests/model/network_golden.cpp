#include "tests/model/network_golden.h"

#include "tests/support/golden.h"

#include <cmath>
#include <sstream>
#include <stdexcept>

namespace prunescope::test {

namespace {

at::ScalarType scalarType(const std::string& dtype) {
    if (dtype == "F32")
        return at::kFloat;
    if (dtype == "I32")
        return at::kInt;
    if (dtype == "I64")
        return at::kLong;
    if (dtype == "U8")
        return at::kByte;
    throw std::runtime_error("golden tensor of dtype " + dtype);
}

} // namespace

NetworkGolden::NetworkGolden()
    : m_folder((goldenFolder() / "qwen3vl").string()), m_manifest(readJson(m_folder + "/manifest.json")),
      m_file(model::SafetensorsFile::open(m_folder + "/golden.safetensors")) {}

Place NetworkGolden::Run::place() const {
    return layer < 0 ? Place::AfterEncoder : layer == 0 ? Place::Input : Place::VisionLayer;
}

std::vector<std::string> NetworkGolden::caseNames() const {
    std::vector<std::string> names;
    for (const auto& [name, value] : m_manifest.at("cases").items())
        names.push_back(name);
    return names;
}

at::Tensor NetworkGolden::tensor(const std::string& name) const {
    const model::StoredTensor* stored = m_file->find(name);
    if (!stored)
        throw std::runtime_error("no golden tensor " + name);
    return at::from_blob(const_cast<std::byte*>(stored->bytes.data()), stored->shape,
                         at::TensorOptions().dtype(scalarType(stored->dtype)))
        .clone();
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

Picture NetworkGolden::resized(const std::string& image) const {
    const at::Tensor rgb = tensor("images/" + image + "/resized").permute({1, 2, 0}).contiguous();
    const auto* bytes = rgb.data_ptr<std::uint8_t>();
    return Picture({static_cast<int>(rgb.size(1)), static_cast<int>(rgb.size(0))}, {bytes, bytes + rgb.numel()});
}

NetworkGolden::Case NetworkGolden::readCase(const std::string& name, const model::ImageTokens& tokens) const {
    Case one{name, m_manifest.at("cases").at(name).at("images"), {}, {}};
    std::vector<BlockGrid> grids;
    for (const std::string& image : one.images) {
        one.pictures.emplace_back(PixelBlocks(resized(image)));
        grids.push_back(one.pictures.back().grid());
    }
    one.prompt = model::makeSequence(integers("cases/" + name + "/full/input_ids"), grids, tokens);
    return one;
}

std::vector<NetworkGolden::Run> NetworkGolden::runs(const Case& one) const {
    std::vector<Run> runs;
    for (const auto& [name, entry] : m_manifest.at("cases").at(one.name).at("runs").items()) {
        Run run{name, entry.value("layer", 0), {}, "cases/" + one.name + "/" + name + "/"};
        for (std::size_t i = 0; i < one.pictures.size(); ++i) {
            const BlockGrid grid = one.pictures[i].grid();
            KeepMask mask = name == "full" ? KeepMask::all(grid) : KeepMask(grid);
            if (name != "full")
                for (const std::int64_t block : integers(run.prefix + "keep." + std::to_string(i)))
                    mask.keep(static_cast<int>(block));
            run.masks.push_back(mask);
        }
        runs.push_back(std::move(run));
    }
    return runs;
}

std::string difference(const std::string& name, const at::Tensor& found, const at::Tensor& expected) {
    std::ostringstream text;
    if (found.sizes() != expected.sizes()) {
        text << name << ": shape " << found.sizes() << ", expected " << expected.sizes();
        return text.str();
    }
    const at::Tensor wide = found.to(at::kDouble), reference = expected.to(at::kDouble);
    const at::Tensor error = (wide - reference).abs();
    const at::Tensor allowed = expected.is_floating_point() ? 1e-4 + 1e-4 * reference.abs() : at::zeros_like(reference);
    if (error.le(allowed).all().item<bool>())
        return {};
    text << name << ": largest error " << error.max().item<double>();
    return text.str();
}

double relativeError(const NetworkGolden& golden, const model::VisionLanguageModel& network,
                     const std::string& caseName) {
    const auto one = golden.readCase(caseName, network.traits().tokens);
    double error = 0, size = 0; // squared
    for (const NetworkGolden::Run& run : golden.runs(one)) {
        at::Tensor logits;
        const model::Observer observer{[&](std::string_view name, const at::Tensor& value) {
                                           if (name == "logits")
                                               logits = value.cpu().to(at::kFloat);
                                       },
                                       {}};
        model::VisionFeatures features;
        if (!one.pictures.empty())
            features = network.encode({one.pictures, run.masks, run.place(), run.layer}, {});
        model::KvCache cache = network.makeCache();
        network.prefill(model::keepBlocks(one.prompt, run.masks), features, cache, observer);
        const at::Tensor expected = golden.tensor(run.prefix + "logits");
        error += (logits - expected).square().sum().item<double>();
        size += expected.square().sum().item<double>();
    }
    return std::sqrt(error / size);
}

} // namespace prunescope::test
