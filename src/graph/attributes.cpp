#include <hindsight/attributes.hpp>
#include <hindsight/error.hpp>

#include "base/format.hpp"

namespace hindsight {
namespace {

struct Text {
  std::string operator()(std::int64_t value) const { return formatted("{}", value); }
  std::string operator()(double value) const { return formatted("{}", value); }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(DType value) const { return std::string(name(value)); }
  std::string operator()(const Shape& value) const { return value.str(); }
  std::string operator()(const std::string& value) const { return value; }
};

}  // namespace

std::string Attributes::str() const {
  std::string text;
  for (const Attribute& attribute : list_)
    text +=
        formatted("{}{}={}", text.empty() ? "" : ", ", attribute.name, std::visit(Text(), attribute.value));
  return text;
}

void Attributes::missing(std::string_view name) {
  fail<StateError>("the operation has no attribute \"{}\" of the type that was asked for", name);
}

}  // namespace hindsight
