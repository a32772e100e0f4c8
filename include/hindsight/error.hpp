#pragma once
#include <stdexcept>
#include <string>

/// Every exception that Hindsight throws derives from `hindsight::Error`. A message says what was asked, what
/// was found, where, and what to do; the library itself never prints, exits or aborts.
namespace hindsight {

class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  Error(const Error&) = default;
  Error& operator=(const Error&) = default;
  ~Error() override;
};

/// Shapes that do not fit together.
class ShapeError : public Error {
 public:
  using Error::Error;
};

/// Element types that do not fit together, or that an operation does not take.
class DTypeError : public Error {
 public:
  using Error::Error;
};

/// An argument or option outside its domain.
class ValueError : public Error {
 public:
  using Error::Error;
};

/// An index or axis that does not exist.
class IndexError : public Error {
 public:
  using Error::Error;
};

/// A call that the present state does not allow (a gradient that was never computed, a parameter that has
/// moved).
class StateError : public Error {
 public:
  using Error::Error;
};

/// An operation made a NaN or an infinity while DetectAnomaly was on the watch.
class AnomalyError : public Error {
 public:
  using Error::Error;
};

/// An array that is larger than the memory that is left.
class MemoryError : public Error {
 public:
  using Error::Error;
};

/// A file that cannot be read or written, or whose content is not what its format demands.
class FileError : public Error {
 public:
  using Error::Error;
};

/// A text that does not parse; `position` is the offset of the offending character.
class ParseError : public Error {
 public:
  ParseError(const std::string& message, std::size_t position) : Error(message), position_(position) {}
  std::size_t position() const noexcept { return position_; }

 private:
  std::size_t position_;
};

}  // namespace hindsight
