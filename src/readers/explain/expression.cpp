// A recursive-descent reader: sum → product → sign → power → atom. It builds operations at once; there is no
// other tree. Formulas of networks are read by the same: their variables are tensors, @ and ^T are there, and
// any operation can be called, its attributes named: sum(delta, axes=[0]).
#include <numbers>
#include <set>

#include <fast_float/fast_float.h>

#include <hindsight/error.hpp>
#include <hindsight/explain.hpp>
#include <hindsight/op.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "readers/explain/functions.hpp"
#include "readers/explain/written.hpp"

namespace hindsight::explain {
namespace {

constexpr int deepest = 200;  // brackets within brackets

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Reader {
 public:
  Reader(std::string_view text, std::map<std::string, Tensor> variables) : text_(text) {
    variables_ = std::move(variables);
  }
  /// With matrices, and with the operations that made these nodes.
  Reader(std::string_view text, std::map<std::string, Tensor> variables, std::span<const Tensor> examples)
      : Reader(text, std::move(variables)) {
    of_tensors_ = true;
    for (const Tensor& node : examples)  // a leaf no longer knows what its operation was told
      if (!node.is_leaf()) examples_.emplace(node.op().name, node);
  }

  Expression read() {
    Expression expression{std::string(text_), sum(), {}};
    skip_spaces();
    if (position_ == text_.size() && expression.value.dtype() == boolean)
      error("a comparison is true or false: choose by it with where([a > b], c, d)");
    if (position_ < text_.size())
      error(text_[position_] == ')' ? "this bracket was never opened" : "expected an operator here");
    for (const std::string& name : used_) expression.variables.emplace_back(name, variables_.at(name));
    return expression;
  }

 private:
  Tensor sum() {
    Tensor value = product();
    for (;;) {
      if (accept('+'))
        value = value + product();
      else if (accept('-'))
        value = value - product();
      else
        return value;
    }
  }

  Tensor product() {
    Tensor value = sign();
    for (;;) {
      skip_spaces();
      if (accept('*'))
        value = value * sign();
      else if (accept('/'))
        value = value / sign();
      else if (of_tensors_ && accept('@'))
        value = applied(position_, [&] { return matmul(value, sign()); });
      else if (number_ends_ > 0 && position_ < text_.size() && is_digit(text_[position_]) &&
               text_.substr(number_ends_, position_ - number_ends_).find_first_not_of(" \t") ==
                   std::string::npos)
        error("two numbers stand side by side: write 2*3 for their product");
      else if (position_ < text_.size() &&
               (is_letter(text_[position_]) || is_digit(text_[position_]) || text_[position_] == '('))
        value = value * power();  // 3x, 2(x + 1)
      else
        return value;
    }
  }

  Tensor sign() {
    if (accept('+')) return sign();
    if (!accept('-')) return power();
    const Depth depth(*this);
    const Tensor operand = sign();
    // −3 is a number, −x is an operation.
    return is_number(operand) ? constant(-operand.item()) : -operand;
  }

  // Right to left: 2^3^2 is 2^(3^2).
  Tensor power() {
    Tensor base = atom();
    while (of_tensors_ && text_.substr(position_).starts_with("^T") && name_at(position_ + 1) == "T") {
      position_ += 2;
      base = applied(position_ - 2, [&] { return base.t(); });
    }
    if (!accept('^')) return base;
    const Depth depth(*this);
    const Tensor exponent = sign();
    return is_number(exponent) ? pow(base, exponent.item()) : pow(base, exponent);
  }

  Tensor atom() {
    skip_spaces();
    if (position_ == text_.size())
      error("the expression ends where a number, a variable or a bracket should follow");
    const char c = text_[position_];
    if (c == '(') return bracketed();
    if (c == '[') return condition();
    if (is_digit(c) || c == '.') return number();
    if (is_letter(c)) return named();
    error(formatted("'{}' cannot stand here; a number, a variable or a bracket should", character()));
  }

  Tensor bracketed() {
    const Depth depth(*this);
    accept('(');
    const Tensor value = sum();
    if (!accept(')')) error("a closing bracket is missing");
    return value;
  }

  /// [a > b]: true or false, for where(…); 1 or 0 in a product.
  Tensor condition() {
    const Depth depth(*this);
    accept('[');
    const Tensor left = sum();
    skip_spaces();
    const std::string_view rest = text_.substr(position_);
    using Compare = Tensor (*)(const Tensor&, const Tensor&);
    static const std::pair<std::string_view, Compare> comparisons[] = {
        {"==", [](const Tensor& a, const Tensor& b) { return a == b; }},
        {"!=", [](const Tensor& a, const Tensor& b) { return a != b; }},
        {">=", [](const Tensor& a, const Tensor& b) { return a >= b; }},
        {"<=", [](const Tensor& a, const Tensor& b) { return a <= b; }},
        {">", [](const Tensor& a, const Tensor& b) { return a > b; }},
        {"<", [](const Tensor& a, const Tensor& b) { return a < b; }},
    };
    for (const auto& [sign, compare] : comparisons) {
      if (!rest.starts_with(sign)) continue;
      position_ += sign.size();
      const Tensor value = compare(left, sum());
      if (!accept(']')) error("a closing ] is missing");
      return value;
    }
    error("a comparison should stand between [ and ]: ==, !=, >=, <=, > or <");
  }

  Tensor number() {
    double value = 0;
    const char* first = text_.data() + position_;
    const auto [end, status] = fast_float::from_chars(first, text_.data() + text_.size(), value);
    if (status != std::errc() || !std::isfinite(value)) error("this is not a number");
    const char* stop = end;
    // In "2e" the e is a number of its own; fast_float leaves it, and so it reads 2 · e.
    const bool is_zero = stop - first == 1 && *first == '0';
    position_ += static_cast<std::size_t>(stop - first);
    refuse_other_notations(is_zero);
    number_ends_ = position_;
    return constant(value);
  }

  /// 1_000 and 0x10, which would be read as products of a number and a variable of an odd name.
  void refuse_other_notations(bool after_zero) const {
    if (position_ + 1 >= text_.size() || !is_digit(text_[position_ + 1])) return;
    const char c = text_[position_];
    const std::string name(name_at(position_));
    if (variables_.count(name)) return;
    const std::string has = "a number has digits, a point and an exponent only: write it ";
    if (c == '_') error(has + "without separators");
    if (after_zero && std::string_view("xXbBoO").find(c) != std::string_view::npos)
      error(formatted("{}in decimal, or 0*{} for a product", has, name));
  }

  Tensor named() {
    const std::size_t start = position_;
    const std::string name(name_at(start));
    position_ += name.size();
    if (const auto variable = variables_.find(name); variable != variables_.end()) {
      if (!of_tensors_ && text_.substr(position_).starts_with("(") && function_named(name))
        error(formatted(
            "{} is a function here, and a variable that has a value: give the variable another name", name));
      used_.insert(name);
      return variable->second;
    }
    if (const auto example = examples_.find(name); example != examples_.end())
      return call(example->second.op(), example->second.attributes(), start);
    if (const Op* op = of_tensors_ ? find_operation(name) : function_named(name))
      return call(*op, attributes_of(*op), start);
    if (name == "true" || name == "false") return tensor(name == "true" ? 1 : 0, {.dtype = boolean});
    if (name == "pi") return constant(std::numbers::pi).named(name);
    if (name == "e") return constant(std::numbers::e).named(name);
    position_ = start;
    skip_name_for_error(name);
  }

  [[noreturn]] void skip_name_for_error(const std::string& name) {
    const std::size_t after = position_ + name.size();
    if (after < text_.size() && text_[after] == '(') {
      const std::string meant = function_meant(name);
      error(formatted("there is no function \"{}\"{}", name,
                      meant.empty() ? "" : formatted("; did you mean {}?", meant)));
    }
    error(formatted("variable {} has no value: give it with --at {}=NUMBER", name, name));
  }

  /// Calls into the library, whose complaints then point at a character.
  template <class F>
  Tensor applied(std::size_t start, const F& function) {
    try {
      return function();
    } catch (const ParseError&) {
      throw;
    } catch (const Error& refused) {
      position_ = start;
      error(refused.what());
    }
  }

  /// What an operation is told, as its samples know it.
  static Attributes attributes_of(const Op& op) {
    const std::vector<Sample> samples = op.samples ? op.samples() : std::vector<Sample>();
    return samples.empty() ? Attributes() : samples.front().attributes;
  }

  Tensor call(const Op& op, Attributes attributes, std::size_t start) {
    const Depth depth(*this);
    if (!accept('(')) {
      position_ = start;
      error(formatted("{} is a function: write {}(…)", op.name, op.name));
    }
    std::vector<Tensor> inputs{sum()};
    std::map<std::string, AttributeValue> told;
    while (accept(',')) {
      skip_spaces();
      const std::string key(name_at(position_));
      const std::string_view after = text_.substr(std::min(text_.size(), position_ + key.size()));
      if (of_tensors_ && !key.empty() && after.starts_with("="))
        position_ += key.size() + 1, told.emplace(key, attribute_value());
      else
        inputs.push_back(sum());
    }
    if (!accept(')')) error("a closing bracket is missing");
    named_numbers(op, inputs, attributes, told);
    if (op.arity >= 0 && inputs.size() != static_cast<std::size_t>(op.arity)) {
      position_ = start;
      error(formatted("{} takes {} argument{}, and got {}", op.name, op.arity, op.arity == 1 ? "" : "s",
                      inputs.size()));
    }
    for (Attribute& attribute : attributes) tell(attribute, told, inputs[0]);
    return applied(start, [&] {
      if (op.elementwise && of_tensors_) stretch(inputs);
      return apply(op, Inputs(inputs), attributes);
    });
  }

  /// Arguments behind the inputs are what the operation's text names, as in "elu({0}, {alpha})": taken from
  /// `arguments`, where they are all there and plain numbers.
  static void named_numbers(const Op& op, std::vector<Tensor>& arguments, Attributes& attributes,
                            std::map<std::string, AttributeValue>& told) {
    std::vector<std::string_view> names;
    for (std::size_t at = op.text.find('{'); at < op.text.size(); at = op.text.find('{', at + 1))
      if (!is_digit(op.text[at + 1])) names.push_back(op.text.substr(at + 1, op.text.find('}', at) - at - 1));
    const auto inputs = static_cast<std::size_t>(std::max(op.arity, 0));
    if (names.empty() || names.size() > 2 || arguments.size() != inputs + names.size()) return;
    for (std::size_t k = 0; k < names.size(); ++k) {
      const Tensor& number = arguments[inputs + k];
      if (!is_number(number)) return;
      told.emplace(names[k], number.item());
    }
    arguments.resize(inputs);
    if (!attributes.empty()) return;
    attributes =
        names.size() == 1 ? Attributes{{names[0], 0.0}} : Attributes{{names[0], 0.0}, {names[1], 0.0}};
  }

  /// What was not said is what goes without saying: a switch is off, a reduction is over all axes.
  void tell(Attribute& attribute, const std::map<std::string, AttributeValue>& told, const Tensor& input) {
    const auto found = told.find(std::string(attribute.name));
    if (found != told.end()) {
      const double* number = std::get_if<double>(&found->second);
      if (number && std::holds_alternative<std::int64_t>(attribute.value))
        attribute.value = static_cast<std::int64_t>(*number);
      else
        attribute.value = found->second;
    } else if (std::holds_alternative<bool>(attribute.value)) {
      attribute.value = false;
    } else if (attribute.name == "axes") {
      attribute.value = all_axes(input);
    } else {
      error(formatted("this call lacks its {}", attribute.name));
    }
  }

  /// [0, 1], true, float64 or a number.
  AttributeValue attribute_value() {
    if (accept('[')) {
      Shape list;
      while (!accept(']')) {
        list.push_back(static_cast<std::int64_t>(sign().item()));
        accept(',');
      }
      return list;
    }
    const std::string_view word = name_at(position_);
    position_ += word.size();
    if (word == "true") return true;
    for (const DType dtype : {float32, float64, int64, boolean})
      if (word == hindsight::name(dtype)) return dtype;
    position_ -= word.size();
    return sign().item();
  }

  static void stretch(std::vector<Tensor>& inputs) {
    Shape shape;
    for (const Tensor& input : inputs) shape = broadcast(shape, input.shape(), "formula");
    for (Tensor& input : inputs) input = input.broadcast_to(shape);
  }

  static bool is_number(const Tensor& x) { return x.dim() == 0 && x.is_leaf() && x.name().empty(); }
  static Tensor constant(double value) { return tensor(value, {.dtype = float64}); }

  /// Letters and digits from `start` on.
  std::string_view name_at(std::size_t start) const {
    std::size_t end = start;
    while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
    return text_.substr(start, end - start);
  }

  /// The character at the present position, all bytes of it in UTF-8.
  std::string_view character() const {
    std::size_t end = position_ + 1;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80) ++end;
    return text_.substr(position_, end - position_);
  }

  void skip_spaces() {
    while (position_ < text_.size() && (text_[position_] == ' ' || text_[position_] == '\t')) ++position_;
  }
  bool accept(char c) {
    skip_spaces();
    if (position_ == text_.size() || text_[position_] != c) return false;
    ++position_;
    return true;
  }
  [[noreturn]] void error(const std::string& what) const {
    throw ParseError(
        formatted("cannot read \"{}\" at character {}: {}", excerpt(text_, position_), position_ + 1, what),
        position_);
  }

  /// Keeps a hostile expression from exhausting the stack.
  struct Depth {
    Reader& reader;
    explicit Depth(Reader& r) : reader(r) {
      if (++reader.depth_ > deepest) reader.error(formatted("brackets are more than {} deep", deepest));
    }
    ~Depth() { --reader.depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
  };

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t number_ends_ = 0;  // of the last number
  int depth_ = 0;
  bool of_tensors_ = false;
  std::map<std::string, Tensor> variables_;
  std::map<std::string, Tensor> examples_;
  std::set<std::string> used_;
};

}  // namespace

Expression read_expression(std::string_view text, const std::map<std::string, double>& at) {
  std::map<std::string, Tensor> variables;
  for (const auto& [name, value] : at) {
    if (!std::isfinite(value))
      fail<ValueError>("variable {} must be a finite number, and is {}", name, value);
    variables.emplace(name, tensor(value, {.dtype = float64, .requires_grad = true}).named(name));
  }
  return Reader(text, std::move(variables)).read();
}

Tensor read_formula(std::string_view text, const std::map<std::string, Tensor>& variables,
                    std::span<const Tensor> examples) {
  return Reader(text, variables, examples).read().value;
}

}  // namespace hindsight::explain
