#include "model/train/checkpoint.h"

#include "core/base/error.h"
#include "model/files/safetensors.h"
#include "model/files/safetensors_writer.h"

#include <ATen/core/grad_mode.h>
#include <cstring>
#include <list>

namespace prunescope::model::train {

namespace {

constexpr const char* kStep = "step";

std::span<const std::byte> bytesOf(const at::Tensor& tensor) {
    return {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()};
}

/// View of a tensor in the mapped file; lives as long as that.
at::Tensor viewOf(const StoredTensor& stored, at::ScalarType type) {
    return at::from_blob(const_cast<std::byte*>(stored.bytes.data()), stored.shape, at::TensorOptions().dtype(type));
}

} // namespace

std::string checkpointPath(const std::string& runFolder) {
    return runFolder + "/checkpoint.safetensors";
}

void saveCheckpoint(const std::string& path, const ParameterSet& parameters, const Optimizer& optimizer,
                    std::int64_t step) {
    std::list<at::Tensor> held; // copies on the CPU
    std::vector<TensorToWrite> tensors;
    const auto add = [&](const std::string& name, const at::Tensor& tensor) {
        held.push_back(tensor.detach().to(at::kCPU).contiguous());
        tensors.push_back({name, "F32", tensor.sizes().vec(), bytesOf(held.back())});
    };
    for (const Parameter& parameter : parameters.all())
        if (parameter.updater != Updater::Frozen)
            add("master." + parameter.name, parameter.master);
    for (const auto& [name, tensor] : optimizer.state())
        add(name, tensor);
    tensors.push_back({kStep, "I64", {1}, std::as_bytes(std::span(&step, 1))});
    writeSafetensors(path, tensors);
}

std::int64_t restoreCheckpoint(const std::string& path, ParameterSet& parameters, Optimizer& optimizer) {
    const auto file = openSafetensors(path);
    const auto bad = [&](const std::string& what) { throw Error(ErrorKind::BadFile, path + ": " + what); };
    const at::NoGradGuard noGradient;
    std::map<std::string, at::Tensor> state;
    for (const auto& [name, stored] : file->tensors()) {
        if (name == kStep)
            continue;
        if (stored.dtype != "F32")
            bad(name + " is " + stored.dtype + ", expected F32");
        state[name] = viewOf(stored, at::kFloat);
    }
    for (Parameter& parameter : parameters.all()) {
        if (parameter.updater == Updater::Frozen)
            continue;
        const auto found = state.find("master." + parameter.name);
        if (found == state.end())
            bad("has no " + parameter.name + ", expected the checkpoint of a run with this config");
        if (found->second.sizes() != parameter.master.sizes())
            bad(parameter.name + " is " + shapeText(found->second.sizes()) + ", expected " +
                shapeText(parameter.master.sizes()));
        parameter.master.copy_(found->second);
    }
    optimizer.restore(state);
    parameters.refresh();
    const StoredTensor* step = file->find(kStep);
    if (!step || step->dtype != "I64" || step->bytes.size() != sizeof(std::int64_t))
        bad("says no step, expected the checkpoint of a training run");
    std::int64_t done = 0;
    std::memcpy(&done, step->bytes.data(), sizeof done);
    return done;
}

} // namespace prunescope::model::train
