// trace_logits FOLDER IMAGE QUESTION STEPS OUT: what the engine's network says in float32 on the CPU without pruning.
// @FILE instead of a QUESTION: a JSON array with the ids of the whole prompt.
// Writes OUT.json, {"ids": prompt ids, "chosen": [1 + steps]}, and OUT.bin, the logits float32 [1 + steps, vocab].
// packaging/compare/logits and folders put them beside those of Hugging Face transformers.

#include "core/base/error.h"
#include "core/image/image_file.h"
#include "core/resize/resize.h"
#include "model/engine/load_network.h"
#include "model/study/logit_trace.h"
#include "model/values/request.h"

#include <c10/core/InferenceMode.h>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace prunescope;
using namespace prunescope::model;

namespace {

/// The prompt of a question, or the ids that a file holds.
TokenSequence promptOf(const LoadedNetwork& loaded, const std::string& image, const std::string& question,
                       const PixelBlocks& blocks) {
    const ImageTokens& special = loaded.network->traits().config.tokens;
    if (question.starts_with('@')) {
        std::ifstream file(question.substr(1));
        return makeSequence(nlohmann::json::parse(file).get<std::vector<std::int64_t>>(), {blocks.grid()}, special);
    }
    const auto tokenizer = BpeTokenizer::load(loaded.folder.file("tokenizer.json"));
    const Request request = makeRequest({ImageInput{blocks.picture(), image, {}}}, question);
    return encodePrompt(tokenizer, loaded.family->renderChat(request.messages, request.tools, {}), {blocks.grid()},
                        special);
}

void trace(const std::string& folder, const std::string& image, const std::string& question, int steps,
           const std::string& out) {
    const c10::InferenceMode guard;
    LoadOptions options;
    options.folder = folder;
    options.device = "cpu";
    options.dtype = "float32";
    const LoadedNetwork loaded = loadNetwork(options, {}, {});
    const PixelBlocks blocks(resizeForModel(readImage(image), loaded.info.limits), loaded.info.limits.geometry);
    const TokenSequence tokens = promptOf(loaded, image, question, blocks);
    const NetworkPrompt prompt{tokens, {.images = {blocks}, .masks = {KeepMask::all(blocks.grid())}}};
    const LogitTrace said = traceLogits(*loaded.network, prompt, steps, {});
    std::ofstream(out + ".json") << nlohmann::json{{"ids", tokens.ids}, {"chosen", said.ids}}.dump();
    std::ofstream(out + ".bin", std::ios::binary)
        .write(static_cast<const char*>(said.logits.contiguous().const_data_ptr()),
               static_cast<std::streamsize>(said.logits.nbytes()));
}

} // namespace

int main(int count, char** arguments) {
    if (count != 6) {
        std::fprintf(stderr, "usage: trace_logits FOLDER IMAGE QUESTION STEPS OUT\n");
        return 2;
    }
    try {
        trace(arguments[1], arguments[2], arguments[3], std::atoi(arguments[4]), arguments[5]);
        return 0;
    } catch (const Error& error) {
        std::fprintf(stderr, "trace_logits: %s\n", error.what());
        return exitCode(error.kind());
    }
}
