#pragma once

#include "model/jinja/run.h"

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace prunescope::model::jinja {

/// Where a name has its value: so many macros further out, in this slot.
struct Place {
    int hops = 0;
    std::size_t slot = 0;
};

Value& valueAt(Run& run, const Place& place);

/// A part of a template with names of its own: the template, a macro, the body of a loop or of a block that is
/// captured. The parser notes down who reads and sets what; `resolve`, once all is read, gives every name its place.
/// The rules are those of the reference's compiler: a name that is set anywhere in a scope belongs to it, begins with
/// the value that it has outside, and an inner scope sees the outer one as it is when it looks.
class Scope {
public:
    Scope() : m_function(this) {}
    Scope(Scope& outer, bool ownFunction) : m_outer(&outer), m_function(ownFunction ? this : outer.m_function) {}

    Scope& addInner(bool ownFunction);
    void noteRead(const std::string& name, Place* place) { note(name, place, Use::Read); }
    void noteSet(const std::string& name, Place* place) { note(name, place, Use::Set); }
    /// A name whose value comes with the start of the scope: an argument, the variable of a loop.
    void noteArgument(const std::string& name, Place* place) { note(name, place, Use::Argument); }
    /// Around the branches of an `if`.
    void enterBranch() { ++m_branches; }
    void leaveBranch() { --m_branches; }
    /// Whether the scope or one inside it reads `name`.
    bool reads(const std::string& name) const;

    /// Of the outermost scope, at the end of parsing. Adds the names that are nowhere set to `free`.
    void resolve(std::set<std::string>& free);

    /// Slots that an activation of the function needs which this is the scope of.
    std::size_t slotCount() const { return m_slotCount; }
    /// Gives the names of this scope the values they begin with.
    void enter(Run& run) const;

private:
    enum class Use { Read, Set, Argument };
    struct Note {
        std::string name;
        Place* place;
        Use use;
        bool inBranch;
    };
    struct Start {
        enum class Kind { Outside, Alias, Nothing, Given };
        Kind kind = Kind::Outside;
        std::string name;
        std::size_t slot = 0;
        Place alias = {};
    };

    void note(const std::string& name, Place* place, Use use) { m_notes.push_back({name, place, use, m_branches > 0}); }
    bool find(const std::string& name, Place& place) const;
    void define(const Note& note, bool isArgument, std::set<std::string>& free);
    std::size_t newSlot() { return m_function->m_slotCount++; }

    Scope* m_outer = nullptr;
    Scope* m_function;
    int m_branches = 0;
    std::vector<Note> m_notes;
    std::vector<std::unique_ptr<Scope>> m_inner;
    std::map<std::string, std::size_t> m_slots;
    std::vector<Start> m_starts;
    std::size_t m_slotCount = 0;
};

} // namespace prunescope::model::jinja
