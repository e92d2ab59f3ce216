#pragma once

#include "core/image/picture.h"
#include "core/report/mask_report.h"

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace prunescope::model {

/// View of a prompt as a model is given it: its text, its tokens with their positions, and its images with their
/// blocks. Values only; may be handed to another thread.
struct PromptView {
    /// A piece of the rendered text.
    struct Piece {
        enum class Source {
            Template, ///< what the chat template and the tokenizer put there
            People,   ///< what people wrote
            Image,    ///< the mark in whose place the tokens of an image stand
        };
        std::string text; ///< UTF-8; of an image, its mark once
        Source source = Source::Template;
        int image = -1; ///< which one; -1: no image
        bool operator==(const Piece&) const = default;
    };

    /// A token of the prompt before pruning.
    struct Token {
        std::int64_t id = 0;
        std::string text;                       ///< for display: see `displayText`
        std::array<std::int64_t, 3> position{}; ///< time, row, column; of a dropped one, what it had before pruning
        int kept = -1;                          ///< index in the prompt after pruning; -1: dropped
        int image = -1;                         ///< to which it belongs; -1: text
        int block = -1;                         ///< of that image
        bool isKept() const { return kept >= 0; }
    };

    /// An image at the size at which the model sees it.
    struct Image {
        MaskReport report;  ///< name, size of the part that is shown, grid and mask
        Picture picture;    ///< of the grid's size
        int firstToken = 0; ///< index in `tokens` of its first block's; the others follow in order
        int allBlocks = 0;  ///< without pruning; more than the grid has where the method shows a smaller picture

        const BlockGrid& grid() const { return report.mask.grid(); }
        int keptBlocks() const { return report.mask.keptCount(); }
    };

    std::vector<Piece> pieces;
    std::vector<Token> tokens;
    std::vector<Image> images;
    int promptTokens = 0;          ///< what the language model is given
    int promptTokensFull = 0;      ///< without pruning; more than `tokens` where the method shows a smaller picture
    std::int64_t nextPosition = 0; ///< of the first generated token
    std::string plan;
    /// What happens to these tokens while they run: "before layer 2 llm@2:fastv leaves 680 of 2,040". Empty: nothing.
    std::vector<std::string> later;
    std::string place; ///< where dropped blocks are dropped, as a plan writes it: "input", "vit@8", "post"
    std::string model;
    std::string chatTemplate; ///< the file that it comes from; empty: that of the model's family was used

    /// The ids before and after pruning.
    std::vector<std::int64_t> fullIds() const;
    std::vector<std::int64_t> ids() const;
    /// All pieces joined.
    std::string text() const;
    /// Whether tokens of images have a place in rows and columns; else each token has the position after the last one.
    bool hasGridPositions() const;
};

/// The bytes of a token as one line of UTF-8: control and invisible characters and backslashes are escaped ("\n",
/// "\u200b", "\\"), and so is what is no whole character ("\xe4").
std::string displayText(std::string_view bytes);

/// "135 of 510": tokens of the image, without and with pruning.
std::string keptOfAll(const PromptView::Image& image);

/// `{model, chat_template, plan, place, later, prompt_tokens, prompt_tokens_full, next_position, text, pieces:
/// [{source: "template"|"people"|"image", text, image}], token_ids, token_ids_full, tokens: [{id, text, position:
/// [time, row, column], kept, image, block}], images: [{image, width, height, resized, rows, cols, blocks, blocks_full,
/// kept, mask, first_token}]}`; `chat_template` is its file or null, `kept` of a token its index after pruning or null,
/// `image` and `block` are there where it has them. No pixels.
nlohmann::json toJson(const PromptView& view);

} // namespace prunescope::model
