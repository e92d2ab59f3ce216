#include "model/pruners/language_pruner.h"

namespace prunescope::model {

EncoderNeeds& EncoderNeeds::operator|=(const EncoderNeeds& other) {
    for (const EncoderTrace& trace : kEncoderTraces)
        this->*trace.need |= other.*trace.need;
    text |= other.text;
    return *this;
}

EncoderTraces EncoderTraces::rows(const at::Tensor& indices) const {
    EncoderTraces some;
    for (const EncoderTrace& trace : kEncoderTraces)
        if (const at::Tensor& values = this->*trace.values; values.defined())
            some.*trace.values = values.index_select(0, indices);
    return some;
}

EncoderTraces mapped(const EncoderTraces& traces, const std::function<at::Tensor(const at::Tensor&)>& change) {
    EncoderTraces changed;
    for (const EncoderTrace& trace : kEncoderTraces)
        if (const at::Tensor& values = traces.*trace.values; values.defined())
            changed.*trace.values = change(values);
    return changed;
}

EncoderTraces joined(const std::vector<const EncoderTraces*>& parts) {
    EncoderTraces all;
    for (const EncoderTrace& trace : kEncoderTraces) {
        std::vector<at::Tensor> rows;
        for (const EncoderTraces* part : parts)
            if (const at::Tensor& values = part->*trace.values; values.defined())
                rows.push_back(values);
        if (!rows.empty())
            all.*trace.values = at::cat(rows);
    }
    return all;
}

} // namespace prunescope::model
