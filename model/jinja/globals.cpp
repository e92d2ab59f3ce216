#include "model/jinja/globals.h"

#include "model/jinja/clock_text.h"
#include "model/jinja/objects.h"
#include "model/jinja/operators.h"
#include "model/jinja/parameters.h"
#include "model/jinja/print.h"

#include <algorithm>
#include <array>

namespace prunescope::model::jinja {

namespace {

Value range(Run& run, const Arguments& arguments) {
    const Parameters given("range", arguments, {"start", "stop", "step"}, 1);
    for (std::size_t i = 0; i < 3; ++i)
        if (given.has(i) && (given.integer(i) > kWidestRange || given.integer(i) < -kWidestRange))
            throw UnsupportedFault("an integer is too large for a range");
    const Int step = given.integerOr(2, 1);
    if (step == 0)
        throw Fault("range() arg 3 must not be zero");
    const auto range = given.has(1) ? std::make_shared<Range>(given.integer(0), given.integer(1), step)
                                    : std::make_shared<Range>(0, given.integer(0), step);
    if (range->count() > run.limits().rangeLength)
        throw UnsupportedFault("a range has more than " + std::to_string(run.limits().rangeLength) + " numbers");
    return ObjectRef(range);
}

void addPairs(Run& run, Dict& dict, const Value& pairs) {
    for (const Value& pair : itemsOf(run, pairs)) {
        const std::vector<Value> both = itemsOf(run, pair);
        if (both.size() != 2)
            throw Fault("dictionary update sequence element has length " + std::to_string(both.size()) +
                        "; 2 is required");
        dict.set(both[0], both[1]);
    }
}

Dict dictOf(Run& run, const Arguments& arguments) {
    Dict dict;
    if (arguments.positional.size() > 1)
        throw Fault("dict expected at most 1 argument, got " + std::to_string(arguments.positional.size()));
    if (!arguments.positional.empty()) {
        const Value& first = arguments.positional.front();
        if (first.dict())
            dict = *first.dict();
        else
            addPairs(run, dict, first);
    }
    for (const auto& [name, value] : arguments.named)
        dict.set(Value(std::string_view(name)), value);
    run.charge(static_cast<std::int64_t>(dict.size()));
    return dict;
}

Value dict(Run& run, const Arguments& arguments) {
    return dictOf(run, arguments);
}

Value makeNamespace(Run& run, const Arguments& arguments) {
    return lent(run.keep<Namespace>(dictOf(run, arguments)));
}

Value cycler(Run& run, const Arguments& arguments) {
    if (arguments.positional.empty())
        throw Fault("at least one item has to be provided");
    return lent(run.keep<Cycler>(arguments.positional));
}

Value joiner(Run& run, const Arguments& arguments) {
    const Parameters given("joiner", arguments, {"sep"});
    return lent(run.keep<Joiner>(given.valueOr(0, ", ")));
}

Value raiseException(Run& run, const Arguments& arguments) {
    const Parameters given("raise_exception", arguments, {"message"}, 1);
    throw Fault(printed(run, given[0]).bytes(), ErrorKind::BadInput);
}

Value strftimeNow(Run& run, const Arguments& arguments) {
    const Parameters given("strftime_now", arguments, {"format"}, 1);
    return run.text(Text(clockText(run.now(), given.text(0).bytes())));
}

struct Named {
    std::string_view name;
    Function::Body body;
};
constexpr std::array kGlobals{Named{"range", range},
                              Named{"dict", dict},
                              Named{"namespace", makeNamespace},
                              Named{"cycler", cycler},
                              Named{"joiner", joiner},
                              Named{"raise_exception", raiseException},
                              Named{"strftime_now", strftimeNow}};

} // namespace

Value globalFunction(std::string_view name) {
    const auto found = std::ranges::find(kGlobals, name, &Named::name);
    return found == kGlobals.end() ? Value()
                                   : Value(ObjectRef(std::make_shared<Function>(std::string(name), found->body)));
}

} // namespace prunescope::model::jinja
