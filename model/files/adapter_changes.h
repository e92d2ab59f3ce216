#pragma once

#include "model/files/adapter_folder.h"
#include "model/files/checkpoint.h"

namespace prunescope::model {

/// An adapter on a base: which of its weights change. Names may begin as any program writes them. Any thread.
class AdapterChanges {
public:
    /// Throws Error(BadFile) that names the first tensor that has no place in the base, or does not fit there.
    AdapterChanges(AdapterFolder adapter, const Checkpoint& base);

    const AdapterFolder& adapter() const { return m_adapter; }
    /// What is done to a weight; nullptr: nothing.
    const AdaptedWeight* find(const std::string& name) const;
    /// Whether the base has no such weight but the adapted model does: the head of a model whose head is its embedding,
    /// where only one of both changes.
    bool adds(const std::string& name) const;
    /// The base's weight that a changed one is made of, as the base calls it; empty where none is needed.
    std::string source(const std::string& name) const;
    /// Numbers of weights that are added.
    std::int64_t addedValues() const;

private:
    void separateHead();
    void requireFits(const std::string& name, const AdaptedWeight& weight) const;
    std::vector<std::int64_t> baseShape(const std::string& canonical, const AdaptedWeight& weight) const;
    [[noreturn]] void fail(const AdaptedWeight& weight, const std::string& what) const;

    AdapterFolder m_adapter;
    Checkpoint m_base;
    std::map<std::string, AdaptedWeight> m_weights;
    bool m_addsHead = false;
};

} // namespace prunescope::model
