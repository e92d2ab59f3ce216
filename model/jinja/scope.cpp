#include "model/jinja/scope.h"

#include <algorithm>

namespace prunescope::model::jinja {

Value& valueAt(Run& run, const Place& place) {
    Activation* activation = &run.activation();
    for (int i = 0; i < place.hops; ++i)
        activation = activation->outer;
    return activation->slots[place.slot];
}

Scope& Scope::addInner(bool ownFunction) {
    m_inner.push_back(std::make_unique<Scope>(*this, ownFunction));
    return *m_inner.back();
}

bool Scope::reads(const std::string& name) const {
    return std::ranges::any_of(m_notes, [&](const Note& n) { return n.use == Use::Read && n.name == name; }) ||
           std::ranges::any_of(m_inner, [&](const auto& inner) { return inner->reads(name); });
}

/// The place of a name that this scope or one around it has.
bool Scope::find(const std::string& name, Place& place) const {
    int hops = 0;
    for (const Scope* scope = this; scope; scope = scope->m_outer) {
        if (const auto slot = scope->m_slots.find(name); slot != scope->m_slots.end()) {
            place = {hops, slot->second};
            return true;
        }
        hops += scope->m_function == scope ? 1 : 0;
    }
    return false;
}

/// Gives a name its slot, and says what it begins with.
void Scope::define(const Note& note, bool isArgument, std::set<std::string>& free) {
    Start start;
    start.name = note.name;
    const bool outside = find(note.name, start.alias);
    if (isArgument)
        start.kind = Start::Kind::Given;
    else if (outside)
        start.kind = Start::Kind::Alias;
    else if (note.use == Use::Set && !note.inBranch)
        start.kind = Start::Kind::Nothing;
    else
        free.insert(note.name);
    start.slot = newSlot();
    m_slots[note.name] = start.slot;
    m_starts.push_back(std::move(start));
}

void Scope::resolve(std::set<std::string>& free) {
    std::set<std::string> set, arguments;
    for (const Note& note : m_notes)
        if (note.use != Use::Read)
            (note.use == Use::Set ? set : arguments).insert(note.name);
    Place place;
    for (const Note& note : m_notes) {
        const bool isArgument = arguments.contains(note.name), own = isArgument || set.contains(note.name);
        if (!m_slots.contains(note.name) && (own || !find(note.name, place)))
            define(note, isArgument, free);
    }
    for (const Note& note : m_notes)
        if (note.place)
            find(note.name, *note.place);
    for (const auto& inner : m_inner)
        inner->resolve(free);
}

void Scope::enter(Run& run) const {
    for (const Start& start : m_starts) {
        Value& value = run.activation().slots[start.slot];
        if (start.kind == Start::Kind::Outside)
            value = run.lookUp(start.name);
        else if (start.kind == Start::Kind::Alias)
            value = valueAt(run, start.alias);
        else if (start.kind == Start::Kind::Nothing)
            value = Value();
    }
}

} // namespace prunescope::model::jinja
