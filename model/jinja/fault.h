#pragma once

#include "core/base/error.h"

#include <stdexcept>
#include <string>

namespace prunescope::model::jinja {

/// What goes wrong in a template, before it is known where: Template adds the file and the line.
class Fault : public std::runtime_error {
public:
    explicit Fault(const std::string& message, ErrorKind kind = ErrorKind::BadFile)
        : std::runtime_error(message), m_kind(kind) {}
    ErrorKind kind() const { return m_kind; }

private:
    ErrorKind m_kind;
};

/// Something that the language has, and this interpreter has not.
class UnsupportedFault : public Fault {
public:
    explicit UnsupportedFault(const std::string& message) : Fault(message, ErrorKind::Unsupported) {}
};

} // namespace prunescope::model::jinja
