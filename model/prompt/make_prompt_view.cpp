#include "model/prompt/make_prompt_view.h"

#include "core/base/error.h"

#include <optional>

namespace prunescope::model {

namespace {

using Piece = PromptView::Piece;

/// Makes pieces of the text of which `full` was made. Marks of images become pieces of their own; tokens that were put
/// there without standing in the rendered chat (what opens a prompt, what stands around an image) are put back into it.
class TextPieces {
public:
    TextPieces(const TokenSequence& full, const BpeTokenizer& tokenizer) : m_full(full), m_tokenizer(tokenizer) {
        if (!full.images.empty())
            m_mark = tokenizer.bytes(full.ids.at(static_cast<std::size_t>(full.images.front().first)));
    }

    std::vector<Piece> of(const std::vector<PromptPiece>& rendered) {
        if (const auto opening = special(0))
            if (rendered.empty() || !rendered.front().text.starts_with(*opening))
                add(*opening);
        for (std::size_t i = 0; i < rendered.size(); ++i)
            if (rendered[i].fromTemplate)
                addTemplate(rendered[i].text, i + 1 < rendered.size() ? rendered[i + 1].text : std::string());
            else
                add(rendered[i].text, Piece::Source::People);
        return std::move(m_pieces);
    }

private:
    /// `next`: the text of the piece after it.
    void addTemplate(std::string_view text, std::string_view next) {
        for (;;) {
            const std::size_t at = m_mark.empty() ? std::string_view::npos : text.find(m_mark);
            add(text.substr(0, at));
            if (at == std::string_view::npos)
                return;
            text.remove_prefix(at + m_mark.size());
            addImage(text.empty() ? next : text);
        }
    }

    /// `rest`: what stands after its mark.
    void addImage(std::string_view rest) {
        check(m_image < std::ssize(m_full.images), "every mark in a prompt is an image");
        const ImageSpan& span = m_full.images[static_cast<std::size_t>(m_image)];
        if (const auto before = special(span.first - 1))
            if (m_pieces.empty() || !m_pieces.back().text.ends_with(*before))
                add(*before);
        m_pieces.push_back({std::string(m_mark), Piece::Source::Image, m_image++});
        if (const auto after = special(span.first + span.count); after && !rest.starts_with(*after))
            add(*after);
    }

    void add(std::string_view text, Piece::Source source = Piece::Source::Template) {
        if (!text.empty())
            m_pieces.push_back({std::string(text), source});
    }

    /// The text of a token that people cannot write.
    std::optional<std::string_view> special(int token) const {
        if (token < 0 || token >= m_full.length())
            return std::nullopt;
        const std::int64_t id = m_full.ids[static_cast<std::size_t>(token)];
        return m_tokenizer.isSpecial(id) ? std::optional(m_tokenizer.bytes(id)) : std::nullopt;
    }

    const TokenSequence& m_full;
    const BpeTokenizer& m_tokenizer;
    std::string_view m_mark;
    std::vector<Piece> m_pieces;
    int m_image = 0;
};

std::vector<PromptView::Token> tokensOf(const TokenSequence& full, const BpeTokenizer& tokenizer) {
    std::vector<PromptView::Token> tokens(full.ids.size());
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        tokens[i].id = full.ids[i];
        tokens[i].text = displayText(tokenizer.bytes(full.ids[i]));
        for (std::size_t axis = 0; axis < full.positions.size(); ++axis)
            tokens[i].position[axis] = full.positions[axis][i];
    }
    for (std::size_t image = 0; image < full.images.size(); ++image)
        for (int block = 0; block < full.images[image].count; ++block) {
            PromptView::Token& token = tokens.at(static_cast<std::size_t>(full.images[image].first + block));
            token.image = static_cast<int>(image);
            token.block = block;
        }
    return tokens;
}

/// Numbers the tokens that are left and gives them their positions among each other. They are those of `kept`, or the
/// view would show another prompt than is run.
void markKept(std::vector<PromptView::Token>& tokens, const std::vector<PromptView::Image>& images,
              const TokenSequence& kept) {
    std::size_t next = 0;
    for (PromptView::Token& token : tokens) {
        if (token.image >= 0 && !images[static_cast<std::size_t>(token.image)].report.mask.kept(token.block))
            continue;
        check(next < kept.ids.size() && kept.ids[next] == token.id,
              "a shown prompt has the tokens that are left of it");
        for (std::size_t axis = 0; axis < kept.positions.size(); ++axis)
            token.position[axis] = kept.positions[axis][next];
        token.kept = static_cast<int>(next++);
    }
    check(next == kept.ids.size(), "a shown prompt has no other tokens than are left of it");
}

PromptView::Image imageOf(const PreparedImage& image, const ImageSpan& span) {
    return {image.report, image.picture.blocks().picture(), span.first, image.fullBlocks};
}

} // namespace

PromptView makePromptView(const std::vector<PromptPiece>& pieces, const TokenSequence& full, const TokenSequence& kept,
                          const std::vector<PreparedImage>& images, const BpeTokenizer& tokenizer) {
    check(images.size() == full.images.size(), "a shown prompt has a place for each of its images");
    PromptView view;
    view.pieces = TextPieces(full, tokenizer).of(pieces);
    view.tokens = tokensOf(full, tokenizer);
    for (std::size_t i = 0; i < images.size(); ++i)
        view.images.push_back(imageOf(images[i], full.images[i]));
    markKept(view.tokens, view.images, kept);
    view.promptTokens = kept.length();
    view.promptTokensFull = unprunedTokens(full.length(), images);
    view.nextPosition = kept.nextPosition;
    return view;
}

} // namespace prunescope::model
