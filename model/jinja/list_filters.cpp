#include "model/jinja/attributes.h"
#include "model/jinja/characters.h"
#include "model/jinja/filter_parts.h"
#include "model/jinja/methods.h"
#include "model/jinja/objects.h"
#include "model/jinja/operators.h"
#include "model/jinja/parameters.h"
#include "model/jinja/print.h"

#include <algorithm>
#include <unordered_set>

namespace prunescope::model::jinja {

namespace {

Value length(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters none("length", arguments, {});
    return lengthOf(run, input);
}

Value first(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters none("first", arguments, {});
    Value item;
    if (auto* generator = input.objectOf<Generator>())
        item = generator->takeFirst();
    else if (const std::vector<Value> items = itemsOf(run, input); !items.empty())
        item = items.front();
    return item.isMissing() ? makeUndefined("No first item, sequence was empty.") : item;
}

bool isReversible(const Value& value) {
    return value.text() || value.list() || value.dict() || value.isUndefined() || value.objectOf<Range>() ||
           value.objectOf<DictView>();
}

Value last(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters none("last", arguments, {});
    if (!isReversible(input))
        throw Fault("'" + typeName(input) + "' object is not reversible");
    const std::vector<Value> items = itemsOf(run, input);
    return items.empty() ? makeUndefined("No last item, sequence was empty.") : items.back();
}

Value join(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters given("join", arguments, {"d", "attribute"});
    std::vector<Text> parts;
    for (const Value& item : itemsOf(run, input))
        parts.push_back(printed(run, given.hasValue(1) ? valueAtPath(run, item, given[1]) : item));
    return Value(joinedText(run, given.has(0) ? printed(run, given[0]) : Text(), parts));
}

Value toList(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters none("list", arguments, {});
    return makeList(itemsOf(run, input));
}

Value items(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters none("items", arguments, {});
    if (input.isUndefined())
        return makeGenerator(run, {});
    if (!input.dict())
        throw Fault("Can only get item pairs from a mapping.");
    return makeGenerator(run, DictView(input, DictView::Kind::Items).items(run));
}

Text reversedText(const Text& text) {
    Text result;
    for (std::size_t end = text.size(); end > 0;) {
        const std::size_t length = lastCharacterLength(text.view().substr(0, end));
        result.append(text, end - length, end);
        end -= length;
    }
    return result;
}

Value reverse(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters none("reverse", arguments, {});
    if (input.text())
        return run.text(reversedText(*input.text()));
    std::vector<Value> values = itemsOf(run, input);
    std::ranges::reverse(values);
    return isReversible(input) ? makeGenerator(run, std::move(values), "list_reverseiterator")
                               : makeList(std::move(values));
}

/// What `sort` compares: one value for each of the attributes, which have commas between them.
Value sortKey(Run& run, const Value& item, const Value& attributes, bool caseMatters) {
    std::vector<Value> keys;
    const Text comma(",");
    const std::vector<Value> paths =
        attributes.text() ? splitText(run, *attributes.text(), &comma, -1) : std::vector<Value>{attributes};
    for (const Value& path : paths) {
        const Value key = valueAtPath(run, item, path);
        keys.push_back(caseMatters ? key : withoutCase(run, key));
    }
    return makeList(std::move(keys));
}

Value sort(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters given("sort", arguments, {"reverse", "case_sensitive", "attribute"});
    std::vector<Value> values = itemsOf(run, input), keys;
    for (const Value& value : values)
        keys.push_back(sortKey(run, value, given.valueOr(2, None{}), given.flag(run, 1)));
    sortValues(run, values, std::move(keys), given.flag(run, 0));
    return makeList(std::move(values));
}

Value dictSort(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters given("dictsort", arguments, {"case_sensitive", "by", "reverse"});
    requireDefined(input);
    const std::string by = given.has(1) ? given.text(1).bytes() : "key";
    if (by != "key" && by != "value")
        throw Fault("You can only sort by either \"key\" or \"value\"");
    if (!input.dict())
        throw Fault("'" + typeName(input) + "' object has no attribute 'items'");
    std::vector<Value> values, keys;
    for (const auto& [key, value] : input.dict()->entries()) {
        values.push_back(makeTuple({key, value}));
        const Value& compared = by == "key" ? key : value;
        keys.push_back(given.flag(run, 0) ? compared : withoutCase(run, compared));
    }
    sortValues(run, values, std::move(keys), given.flag(run, 2));
    return makeList(std::move(values));
}

/// The values under an attribute, in lower case unless case matters.
std::vector<Value> comparedValues(Run& run, const std::vector<Value>& values, const Parameters& given) {
    std::vector<Value> keys;
    for (const Value& value : values) {
        const Value key = valueAtPath(run, value, given.valueOr(1, None{}));
        keys.push_back(given.flag(run, 0) ? key : withoutCase(run, key));
    }
    return keys;
}

Value unique(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters given("unique", arguments, {"case_sensitive", "attribute"});
    const std::vector<Value> values = itemsOf(run, input), keys = comparedValues(run, values, given);
    std::unordered_set<std::string> seen;
    std::vector<Value> chosen;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (seen.insert(keyIdentity(keys[i])).second)
            chosen.push_back(values[i]);
    return makeGenerator(run, std::move(chosen));
}

template <bool largest>
Value extreme(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters given("min", arguments, {"case_sensitive", "attribute"});
    const std::vector<Value> values = itemsOf(run, input), keys = comparedValues(run, values, given);
    if (values.empty())
        return makeUndefined("No aggregated item, sequence was empty.");
    std::size_t best = 0;
    for (std::size_t i = 1; i < values.size(); ++i)
        if (largest ? less(run, keys[best], keys[i]) : less(run, keys[i], keys[best]))
            best = i;
    return values[best];
}

Value sum(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters given("sum", arguments, {"attribute", "start"});
    Value total = given.valueOr(1, 0);
    if (total.text())
        throw Fault("sum() can't sum strings [use ''.join(seq) instead]");
    for (const Value& item : itemsOf(run, input))
        total = arithmetic(run, "+", total, given.hasValue(0) ? valueAtPath(run, item, given[0]) : item);
    return total;
}

Value batch(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters given("batch", arguments, {"linecount", "fill_with"}, 1);
    const Int size = given.integer(0);
    std::vector<Value> batches, batch;
    for (const Value& item : itemsOf(run, input)) {
        if (std::ssize(batch) == size)
            batches.push_back(makeList(std::exchange(batch, {})));
        batch.push_back(item);
    }
    if (!batch.empty()) {
        run.charge(clamped(given.hasValue(1) ? size : 0));
        while (given.hasValue(1) && std::ssize(batch) < size)
            batch.push_back(given[1]);
        batches.push_back(makeList(std::move(batch)));
    }
    return makeGenerator(run, std::move(batches));
}

Value slice(Run& run, const Value& input, const Arguments& arguments) {
    const Parameters given("slice", arguments, {"slices", "fill_with"}, 1);
    const std::vector<Value> values = itemsOf(run, input);
    const Int count = given.integer(0);
    if (count == 0)
        throw Fault("integer division or modulo by zero");
    run.charge(clamped(count > 0 ? count : 0));
    std::vector<Value> slices;
    std::size_t at = 0;
    for (Int i = 0; i < count; ++i) {
        const bool more = i < std::ssize(values) % count;
        const auto size = static_cast<std::size_t>(std::ssize(values) / count + (more ? 1 : 0));
        std::vector<Value> part(values.begin() + static_cast<std::ptrdiff_t>(at),
                                values.begin() + static_cast<std::ptrdiff_t>(at + size));
        if (given.hasValue(1) && !more)
            part.push_back(given[1]);
        slices.push_back(makeList(std::move(part)));
        at += size;
    }
    return makeGenerator(run, std::move(slices));
}

constexpr std::array kFilters{
    NamedFilter{"length", length},     NamedFilter{"count", length},    NamedFilter{"first", first},
    NamedFilter{"last", last},         NamedFilter{"join", join},       NamedFilter{"list", toList},
    NamedFilter{"items", items},       NamedFilter{"reverse", reverse}, NamedFilter{"sort", sort},
    NamedFilter{"dictsort", dictSort}, NamedFilter{"unique", unique},   NamedFilter{"min", extreme<false>},
    NamedFilter{"max", extreme<true>}, NamedFilter{"sum", sum},         NamedFilter{"batch", batch},
    NamedFilter{"slice", slice}};

} // namespace

std::span<const NamedFilter> listFilters() {
    return kFilters;
}

Value withoutCase(Run& run, const Value& value) {
    return value.text() ? run.text(value.text()->mapped(lowerCase)) : value;
}

} // namespace prunescope::model::jinja
