#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <hindsight/autodiff/functional.hpp>
#include <hindsight/op.hpp>
#include <hindsight/parameter.hpp>

/// The proof that an operation, a function, a module or a loss computes what it says and states the right
/// derivatives. docs/add_an_operation.md is a walk.
namespace hindsight {

/// What is looked at, on every sample.
enum class Check : std::uint8_t {
  facts,         // name, formulas and words are there, and exactly one of forward and view
  type,          // the value has the shape and dtype that the rule promised
  purity,        // twice the same bits, and inputs left as they were
  layout,        // strided inputs give what dense ones give
  lengths,       // elementwise: 0, 1, 3, 7, 17, 31 and 257 elements give what each gives alone
  precision,     // value and gradient in float32 are those of float64, rounded
  first,         // the gradient against central differences, every element
  forward_mode,  // J·u against differences, and ⟨v, Ju⟩ = ⟨Jᵀv, u⟩
  taylor,        // |f(x + hu) − f(x) − h⟨∇f, u⟩| falls as h²
  second,        // the gradient of the gradient against differences of the gradient, every element
  local,         // local derivatives add up to the gradient
  vacuous,       // the samples show derivatives that are not zero
};
/// "first derivative", "forward mode", …
std::string_view name(Check check);

/// Bounds, relative to max(1, |number|).
struct OpcheckOptions {
  /// Central differences of fourth order with h = 1e-3 · max(1, |x|): h⁴/30 · f⁽⁵⁾ ≈ 3e-14 · f⁽⁵⁾ of
  /// truncation, ε/h ≈ 2e-13 · f of rounding. Where they miss, 1e-2 and 1e-4 are tried too (flat and steep
  /// functions).
  double first = 1e-9;
  double second = 1e-8;
  /// Two orders of evaluation of one float64 expression.
  double rounding = 1e-13;
  /// Times √(inputs per output): some forty roundings of 2⁻²³ each.
  double float32 = 5e-6;
  /// The share of derivatives that must not be zero.
  double nonzero = 0.1;
};

/// One thing that is wrong, or (among `kinks`) was left out.
struct OpcheckFinding {
  Check check;
  std::size_t sample = 0;
  std::string input;  // "input 0", or a name; empty where it is about the whole
  std::int64_t element = 0;
  Shape shape;
  double stated = 0;
  double measured = 0;
  /// Where two numbers do not say it: what is wrong.
  std::string note = {};

  /// "first derivative by input 0[2]: stated 3, measured 6 (sample 0)"
  std::string str() const;
};

struct Opcheck {
  std::string operation;
  std::vector<OpcheckFinding> wrong;
  /// Elements at which the function bends: excluded, and no error.
  std::vector<OpcheckFinding> kinks;
  /// What the errors look like: "every derivative is half of what was measured: …".
  std::vector<std::string> causes;
  /// Derivatives that were compared and are equal.
  std::size_t first_equal = 0;
  std::size_t second_equal = 0;

  bool passed() const { return wrong.empty(); }
  /// A report to read: what was proven, what is wrong, and why, probably.
  std::string str() const;
};

/// Proves `op` on its own samples, or on those given. Floating inputs are taken in float64. Throws ValueError
/// when there are no samples.
Opcheck opcheck(const Op& op, const OpcheckOptions& options = {});
Opcheck opcheck(const Op& op, std::span<const Sample> samples, const OpcheckOptions& options = {});

/// Proves a function of tensors, on each list of inputs. Facts, lengths and local derivatives are for
/// operations only.
Opcheck opcheck(const std::string& name, const TensorsFunction& function,
                const std::vector<std::vector<Tensor>>& samples, const OpcheckOptions& options = {});
/// The same by `parameters` too: for modules, in float64 and in eval mode.
Opcheck opcheck(const std::string& name, const TensorsFunction& function,
                std::span<const Parameter> parameters, const std::vector<std::vector<Tensor>>& samples,
                const OpcheckOptions& options = {});

}  // namespace hindsight
