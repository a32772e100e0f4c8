#include "golden/file.hpp"

#include <limits>
#include <map>

#include <nlohmann/json.hpp>

#include <hindsight/data.hpp>
#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "golden/golden.hpp"

namespace hs = hindsight;
using nlohmann::json;

namespace golden {
namespace {

/// Hands the numbers of the pools out in the order in which the cases name them.
class Pools {
 public:
  explicit Pools(hs::data::Safetensors content) : content_(std::move(content)) {}

  /// A list is the shape of a float64; anything else says its dtype.
  Tensor take(const json& type) {
    const bool plain = type.is_array();
    return take(plain ? "float64" : type.at("dtype").get<std::string>(), plain ? type : type.at("shape"));
  }

  void require_used_up() const {
    for (const auto& [name, pool] : content_.tensors)
      if (const auto used = next_.find(name); pool.elements() != (used == next_.end() ? 0 : used->second))
        throw hs::ValueError("the pool " + name + " holds more numbers than the cases use");
  }

 private:
  Tensor take(const std::string& pool, const json& lengths) {
    Shape shape;
    for (const json& length : lengths) shape.push_back(length.get<std::int64_t>());
    std::int64_t& next = next_[pool];
    const std::int64_t first = next;
    next += shape.elements();
    return content_.tensors.at(pool).slice(0, first, next).reshape(shape).detach();
  }

  hs::data::Safetensors content_;
  std::map<std::string, std::int64_t> next_;
};

Case read_case(const json& text, Pools& pools, std::size_t index) {
  Case result{.operation = text.at("operation").get<std::string>(), .index = index};
  result.attributes =
      std::make_shared<json>(text.contains("attributes") ? text.at("attributes") : json::object());
  for (const json& input : text.at("inputs"))
    result.inputs.push_back(input.is_null() ? Tensor() : pools.take(input));
  for (const json& output : text.at("outputs")) result.outputs.push_back(pools.take(output));
  result.float32 = text.value("float32", true);
  if (!text.contains("gradients")) return result;
  result.differentiable = text.at("gradients").get<std::vector<std::size_t>>();
  result.second = text.at("second").get<bool>();
  for (const json& output : text.at("outputs"))
    if (output.is_array()) result.cotangents.push_back(pools.take(output));
  const auto like_inputs = [&](std::vector<Tensor>& into) {
    for (const std::size_t i : result.differentiable) into.push_back(pools.take(text.at("inputs").at(i)));
  };
  like_inputs(result.gradients);
  if (!result.second) return result;
  like_inputs(result.directions);
  like_inputs(result.second_derivatives);
  return result;
}

std::vector<Case> read(const std::string& family) {
  auto content = hs::data::read_safetensors(HINDSIGHT_SOURCE "/tests/golden/" + family + ".safetensors");
  const json list = json::parse(content.metadata.at("cases"));
  Pools pools(std::move(content));
  std::vector<Case> cases;
  for (const json& text : list) cases.push_back(read_case(text, pools, cases.size()));
  pools.require_used_up();
  return cases;
}

}  // namespace

std::string Case::title() const {
  std::string text = "case " + std::to_string(index) + ": " + operation;
  if (!attributes->empty()) text += " " + attributes->dump();
  for (std::size_t i = 0; i < inputs.size(); ++i)
    text += (i == 0 ? " of " : ", ") + (inputs[i].defined() ? inputs[i].shape().str() : "nothing");
  return text;
}

const std::vector<Case>& cases_of(const std::string& family) {
  static std::map<std::string, std::vector<Case>> read_before;
  const auto found = read_before.find(family);
  return found != read_before.end() ? found->second : read_before.emplace(family, read(family)).first->second;
}

bool Attributes::has(const std::string& name) const {
  return json_.contains(name) && !json_.at(name).is_null();
}

bool Attributes::is_text(const std::string& name) const { return json_.at(name).is_string(); }
bool Attributes::is_list(const std::string& name) const { return json_.at(name).is_array(); }
Attributes Attributes::within(const std::string& name) const { return Attributes(json_.at(name)); }

template <>
bool Attributes::get(const std::string& name) const {
  return json_.at(name).get<bool>();
}
template <>
std::int64_t Attributes::get(const std::string& name) const {
  return json_.at(name).get<std::int64_t>();
}
template <>
std::string Attributes::get(const std::string& name) const {
  return json_.at(name).get<std::string>();
}
template <>
double Attributes::get(const std::string& name) const {
  const json& value = json_.at(name);
  if (!value.is_string()) return value.get<double>();
  const std::string text = value.get<std::string>();
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (text != "inf" && text != "-inf") throw hs::ValueError("attribute " + name + " is no number: " + text);
  return text == "inf" ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
}
template <>
Shape Attributes::get(const std::string& name) const {
  Shape list;
  for (const json& value : json_.at(name)) list.push_back(value.get<std::int64_t>());
  return list;
}

template <>
std::vector<double> Attributes::get(const std::string& name) const {
  return json_.at(name).get<std::vector<double>>();
}
template <>
std::vector<std::int64_t> Attributes::get(const std::string& name) const {
  return json_.at(name).get<std::vector<std::int64_t>>();
}
template <>
std::vector<std::optional<std::int64_t>> Attributes::get(const std::string& name) const {
  std::vector<std::optional<std::int64_t>> list;
  for (const json& value : json_.at(name))
    list.push_back(value.is_null() ? std::nullopt : std::optional(value.get<std::int64_t>()));
  return list;
}
template <>
std::vector<Attributes> Attributes::get(const std::string& name) const {
  std::vector<Attributes> list;
  for (const json& value : json_.at(name)) list.emplace_back(value);
  return list;
}

}  // namespace golden
