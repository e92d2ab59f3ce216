#include "app/options/model_options.h"

#include "app/folders/model_folders.h"
#include "app/terminal/values.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "model/families/families.h"
#include "model/files/adapter_base.h"
#include "model/values/weight_format.h"

namespace prunescope::app {

namespace {

constexpr std::string_view kCudaPrefix = "cuda:";

void setDevice(std::string& device, const std::string& text) {
    const bool isCuda = text.starts_with(kCudaPrefix);
    if (isCuda)
        parseInteger("--device", text.substr(kCudaPrefix.size()), {0, 1023});
    else if (text != "auto" && text != "cpu")
        throw Error(ErrorKind::Usage, "--device: found \"" + text + "\", expected auto, cpu or cuda:N");
    device = text;
}

void addDevice(OptionTable& table, ModelOptions& options) {
    table.add({"--device",
               "auto|cpu|cuda:N",
               "where the model runs",
               options.device,
               [&options](const std::string& text) { setDevice(options.device, text); },
               {}});
}

void addThreads(OptionTable& table, ModelOptions& options) {
    table.add({"--threads",
               "N",
               "CPU threads",
               "one per core",
               [&options](const std::string& text) {
                   options.threads = static_cast<int>(parseInteger("--threads", text, {1, model::kMaxThreads}));
               },
               {}});
}

std::string shapeNames() {
    std::vector<std::string> names;
    for (const ModelShape& shape : model::modelShapes())
        names.push_back(shape.name);
    return join(names, "|");
}

} // namespace

model::LoadOptions ModelOptions::loadOptions() const {
    model::LoadOptions options = withoutFolder();
    const bool names = !adapter.empty() && adapter != model::kNoAdapter;
    options.adapter = names ? resolveAdapterFolder(adapter) : adapter;
    options.folder = !model.empty() ? resolveModelFolder(model) : names ? options.adapter : requireBundledModel();
    model::AdaptedModel found;
    blamingFolder([&] { found = model::resolveAdapter(options.folder, options.adapter); });
    options.folder = found.base;
    if (!found.adapter.empty())
        options.adapter = found.adapter;
    return options;
}

model::LoadOptions ModelOptions::withoutFolder() const {
    return {{}, device, dtype, weights, threads, {}};
}

void addModelOption(OptionTable& table, ModelOptions& options, std::string fallback) {
    table.startGroup("Model");
    table.addText("--model", "FOLDER|NAME", options.model,
                  "a model folder, that of an adapter, or a name from `prunescope models`", std::move(fallback));
}

void addAdapterOption(OptionTable& table, ModelOptions& options) {
    table.startGroup("Model");
    table.addText(
        "--adapter", "FOLDER|NAME|none", options.adapter,
        "a LoRA adapter of peft on the model, or on its own base without --model; none: not even one that lies "
        "in the model's folder",
        "one in the model's folder");
}

void addDeviceOptions(OptionTable& table, ModelOptions& options) {
    table.startGroup("Model");
    addDevice(table, options);
    table.addChoice("--dtype", {"auto", "float32", "bfloat16"}, options.dtype,
                    "numbers to calculate with; auto: what this machine is fastest with");
    table.addChoice("--weights", model::weightFormatNames(), options.weights,
                    "how weights are kept: int8 takes half the memory of bfloat16, int4 less, both lose a little");
    addThreads(table, options);
}

void addMachineOptions(OptionTable& table, ModelOptions& options) {
    table.startGroup("Model");
    addDevice(table, options);
    addThreads(table, options);
}

void addShapeOption(OptionTable& table, std::string& shape, std::string help, std::optional<std::string> fallback) {
    table.add({"--shape",
               shapeNames(),
               std::move(help),
               fallback.value_or(shape),
               [&shape](const std::string& text) {
                   withOptionName("--shape", [&] { shape = model::findModelShape(text).name; });
               },
               {}});
}

} // namespace prunescope::app
