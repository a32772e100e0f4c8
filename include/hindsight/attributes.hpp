#pragma once
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <hindsight/dtype.hpp>
#include <hindsight/shape.hpp>

namespace hindsight {

using AttributeValue = std::variant<std::int64_t, double, bool, DType, Shape, std::string>;

struct Attribute {
  /// Points to static storage: the names are literals in the rooms.
  std::string_view name;
  AttributeValue value;
  friend bool operator==(const Attribute&, const Attribute&) = default;
};

/// What an operation was told besides its inputs: axes, a slope, a type. Few, comparable and printable.
class Attributes {
 public:
  Attributes() = default;
  Attributes(std::initializer_list<Attribute> list) : list_(list) {}

  /// Throws StateError when there is none of that name and type: a defect of the room that asks.
  template <class T>
  const T& get(std::string_view name) const {
    for (const Attribute& attribute : list_)
      if (attribute.name == name)
        if (const T* value = std::get_if<T>(&attribute.value)) return *value;
    missing(name);
  }
  bool empty() const noexcept { return list_.empty(); }
  auto begin() const noexcept { return list_.begin(); }
  auto begin() noexcept { return list_.begin(); }
  auto end() noexcept { return list_.end(); }
  auto end() const noexcept { return list_.end(); }
  /// "axes=[0], keepdim=true"
  std::string str() const;
  friend bool operator==(const Attributes&, const Attributes&) = default;

 private:
  [[noreturn]] static void missing(std::string_view name);

  std::vector<Attribute> list_;
};

}  // namespace hindsight
