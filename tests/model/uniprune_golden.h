#pragma once

#include "model/files/safetensors.h"
#include "tests/support/golden.h"

#include <ATen/ATen.h>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace prunescope::test {

/// A golden file of methods that choose among tokens: the folder uniprune/ of the golden folder.
class UnipruneGolden {
public:
    static bool has(const std::string& method) { return hasGolden("uniprune/" + method + ".safetensors"); }
    static nlohmann::json manifest() { return readJson(goldenFolder() / "uniprune/manifest.json"); }

    explicit UnipruneGolden(const std::string& method)
        : m_cases(manifest().at("methods").at(method).at("cases")),
          m_file(model::openSafetensors((goldenFolder() / "uniprune" / (method + ".safetensors")).string())) {}

    const nlohmann::json& cases() const { return m_cases; }

    std::vector<std::int64_t> integers(const std::string& name) const {
        const model::StoredTensor& stored = find(name, "I64");
        std::vector<std::int64_t> values(static_cast<std::size_t>(stored.values()));
        if (!values.empty())
            std::memcpy(values.data(), stored.bytes.data(), stored.bytes.size());
        return values;
    }

    /// In the stored shape.
    at::Tensor numbers(const std::string& name) const {
        const model::StoredTensor& stored = find(name, "F32");
        at::Tensor values = at::empty(stored.shape, at::kFloat);
        if (!stored.bytes.empty())
            std::memcpy(values.data_ptr(), stored.bytes.data(), stored.bytes.size());
        return values;
    }

private:
    const model::StoredTensor& find(const std::string& name, std::string_view dtype) const {
        const model::StoredTensor* stored = m_file->find(name);
        if (!stored || stored->dtype != dtype)
            throw std::runtime_error("no golden tensor " + name + " of " + std::string(dtype));
        return *stored;
    }

    nlohmann::json m_cases;
    std::shared_ptr<const model::WeightFile> m_file;
};

/// The largest error of `found` over what is allowed beside the expected numbers, 1e-4 |b| + 1e-5 max |b|: at most 1
/// where they agree.
inline double goldenError(const at::Tensor& found, const at::Tensor& expected) {
    if (found.sizes() != expected.sizes())
        return std::numeric_limits<double>::infinity();
    if (expected.numel() == 0)
        return 0;
    const at::Tensor wanted = expected.to(at::kDouble);
    const at::Tensor allowed = wanted.abs() * 1e-4 + wanted.abs().max() * 1e-5 + 1e-30;
    const at::Tensor error = (found.to(at::kDouble) - wanted).abs() / allowed;
    return error.isnan().any().item<bool>() ? std::numeric_limits<double>::infinity() : error.max().item<double>();
}

} // namespace prunescope::test
