#pragma once
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include <hindsight/hindsight.hpp>

/// What PyTorch computed (tools/make_golden.py), held against what Hindsight does. A family is a file
/// tests/golden/NAME.safetensors and a table that says how each of its operations is called here.
namespace golden {

using hindsight::Shape;
using hindsight::Tensor;

/// A case's options, with PyTorch's names. A key that is missing is an error of the table.
class Attributes {
 public:
  explicit Attributes(const nlohmann::json& json) : json_(json) {}
  bool has(const std::string& name) const;
  bool is_text(const std::string& name) const;
  bool is_list(const std::string& name) const;
  /// bool, std::int64_t, double (texts "inf", "-inf", "nan" too), std::string, Shape, and vectors of numbers,
  /// of numbers or nulls, and of Attributes.
  template <class T>
  T get(const std::string& name) const;
  template <class T>
  T get(const std::string& name, T otherwise) const {
    return has(name) ? get<T>(name) : otherwise;
  }
  /// Those of an object within.
  Attributes within(const std::string& name) const;

 private:
  const nlohmann::json& json_;
};

template <>
bool Attributes::get(const std::string& name) const;
template <>
std::int64_t Attributes::get(const std::string& name) const;
template <>
double Attributes::get(const std::string& name) const;
template <>
std::string Attributes::get(const std::string& name) const;
template <>
Shape Attributes::get(const std::string& name) const;
template <>
std::vector<double> Attributes::get(const std::string& name) const;
template <>
std::vector<std::int64_t> Attributes::get(const std::string& name) const;
template <>
std::vector<std::optional<std::int64_t>> Attributes::get(const std::string& name) const;
template <>
std::vector<Attributes> Attributes::get(const std::string& name) const;

using Operands = std::span<const Tensor>;
/// One output, or several.
struct Outputs : std::vector<Tensor> {
  Outputs(const Tensor& one) : std::vector<Tensor>{one} {}
  Outputs(std::vector<Tensor> several) : std::vector<Tensor>(std::move(several)) {}
};
using Function = std::function<Outputs(Operands in, const Attributes& options)>;
using Table = std::map<std::string, Function>;

/// An object of this type at namespace scope registers one test for each operation of the table, named
/// Golden_NAME.OPERATION, and one that counts: the file has exactly `cases` cases, each with an entry in the
/// table, and the table has no entry without a case. `float64_bound` replaces tolerance::golden_float64.
class Family {
 public:
  Family(const char* name, std::size_t cases, Table table, std::optional<double> float64_bound = {});
};

}  // namespace golden
