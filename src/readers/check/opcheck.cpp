#include <hindsight/error.hpp>
#include <hindsight/opcheck.hpp>
#include <hindsight/ops.hpp>

#include "array/position.hpp"
#include "base/format.hpp"
#include "readers/check/opcheck/prover.hpp"

namespace hindsight {
namespace {

using proof::Prover;
using proof::Subject;

Tensor in_float64(const Tensor& input) {
  return is_floating(input.dtype()) ? Tensor(input.array().to(float64)) : input;
}

Opcheck proven(Prover& prover, const std::vector<Subject>& subjects, const std::string& name) {
  if (subjects.empty())
    fail<ValueError>("opcheck: {} has no samples: give inputs that the proof can be tried on", name);
  for (const Subject& subject : subjects) prover.prove(subject);
  return prover.finish(subjects);
}

void require_facts(const Op& op, Prover& prover) {
  if (op.name.empty()) prover.wrong_fact("it has no name");
  if (op.words.empty()) prover.wrong_fact("it has no words");
  if (op.arity != 0 && op.latex.find("{0}") == std::string_view::npos)
    prover.wrong_fact("its latex does not mention {0}");
  if (op.arity != 0 && op.text.find("{0}") == std::string_view::npos)
    prover.wrong_fact("its text does not mention {0}");
  if ((op.forward == nullptr) == (op.view == nullptr))
    prover.wrong_fact("exactly one of forward and view must be there");
}

/// "input 0[1, 2]"
std::string place_of(const OpcheckFinding& finding) {
  return finding.input + (finding.shape.empty() ? "" : position(finding.shape, finding.element));
}

}  // namespace

Opcheck opcheck(const Op& op, std::span<const Sample> samples, const OpcheckOptions& options) {
  Prover prover(std::string(op.name), options);
  require_facts(op, prover);
  std::vector<Subject> subjects;
  for (const Sample& sample : samples) {
    Subject subject{.op = &op, .attributes = &sample.attributes, .sample = subjects.size()};
    for (std::size_t i = 0; i < sample.inputs.size(); ++i) {
      subject.inputs.push_back(in_float64(sample.inputs[i]));
      subject.names.push_back(formatted("input {}", i));
      subject.by.push_back(is_floating(sample.inputs[i].dtype()) && op.has_derivative(i));
    }
    subject.function = [&op, &sample](std::span<const Tensor> at) {
      Inputs list;
      for (const Tensor& input : at) list.push_back(input);
      return apply(op, list, sample.attributes);
    };
    subjects.push_back(std::move(subject));
  }
  return proven(prover, subjects, std::string(op.name));
}

Opcheck opcheck(const Op& op, const OpcheckOptions& options) {
  const std::vector<Sample> samples = op.samples ? op.samples() : std::vector<Sample>();
  return opcheck(op, samples, options);
}

Opcheck opcheck(const std::string& name, const TensorsFunction& function,
                std::span<const Parameter> parameters, const std::vector<std::vector<Tensor>>& samples,
                const OpcheckOptions& options) {
  static const Attributes none;
  Prover prover(name, options);
  std::vector<Subject> subjects;
  for (const std::vector<Tensor>& sample : samples) {
    Subject subject{.op = nullptr, .attributes = &none, .sample = subjects.size()};
    const auto take = [&](const Tensor& input, const std::string& otherwise) {
      subject.inputs.push_back(in_float64(input));
      subject.names.push_back(input.name().empty() ? otherwise : input.name());
      subject.by.push_back(is_floating(input.dtype()));
    };
    for (std::size_t i = 0; i < sample.size(); ++i) take(sample[i], formatted("input {}", i));
    for (const Parameter& parameter : parameters) take(parameter.value(), parameter.name());
    subject.function = [&function, parameters, inputs = sample.size()](std::span<const Tensor> at) {
      const ParameterLoan loan(parameters, at.subspan(inputs));
      return function(at.first(inputs));
    };
    subjects.push_back(std::move(subject));
  }
  return proven(prover, subjects, name);
}

Opcheck opcheck(const std::string& name, const TensorsFunction& function,
                const std::vector<std::vector<Tensor>>& samples, const OpcheckOptions& options) {
  return opcheck(name, function, std::span<const Parameter>(), samples, options);
}

std::string_view name(Check check) {
  static constexpr std::string_view names[] = {"facts",
                                               "type",
                                               "purity",
                                               "layout",
                                               "lengths",
                                               "float32",
                                               "first derivative",
                                               "forward mode",
                                               "taylor",
                                               "second derivative",
                                               "local derivative",
                                               "vacuous"};
  return names[static_cast<std::size_t>(check)];
}

std::string OpcheckFinding::str() const {
  const std::string place = place_of(*this);
  std::string text(hindsight::name(check));
  if (!place.empty()) text += (input.empty() ? " " : " by ") + place;
  if (stated != measured)
    text += formatted(": stated {:.10g}, measured {:.10g}", stated + 0.0, measured + 0.0);
  if (!note.empty()) text += (stated != measured ? "; " : ": ") + note;
  return check == Check::facts ? text : text + formatted(" (sample {})", sample);
}

std::string Opcheck::str() const {
  std::string text = formatted("{}: {} first and {} second derivatives proven, {} at kinks left out, {}",
                               operation, first_equal, second_equal, kinks.size(),
                               wrong.empty() ? "nothing wrong" : formatted("{} wrong", wrong.size()));
  constexpr std::size_t shown = 8;
  for (std::size_t i = 0; i < wrong.size() && i < shown; ++i) text += "\n  " + wrong[i].str();
  if (wrong.size() > shown) text += formatted("\n  and {} more", wrong.size() - shown);
  for (const std::string& cause : causes) text += "\n  probable cause, " + cause;
  for (std::size_t i = 0; i < kinks.size() && i < shown; ++i)
    text += formatted("\n  kink of {} by {} (sample {}), excluded", kinks[i].note, place_of(kinks[i]),
                      kinks[i].sample);
  return text + "\n";
}

}  // namespace hindsight
