#include "readers/check/opcheck/prover.hpp"

#include <algorithm>

#include "readers/check/opcheck/cause.hpp"

namespace hindsight::proof {

Prover::Prover(std::string name, const OpcheckOptions& options) : options_(options) {
  result_.operation = std::move(name);
}

void Prover::prove(const Subject& subject) {
  if (subject.op) type(subject);
  purity(subject);
  layout(subject);
  if (subject.op) lengths(subject);
  float32_is_float64_rounded(subject);
  first_derivatives(subject);
  forward_mode(subject);
  taylor(subject);
  second_derivatives(subject);
  if (subject.op) local_derivatives_add_up(subject);
}

Opcheck Prover::finish(const std::vector<Subject>& subjects) {
  for (const auto& [input, share] : shares_) vacuous(subjects, input);
  return std::move(result_);
}

void Prover::wrong_fact(const std::string& note) {
  OpcheckFinding finding{.check = Check::facts};
  finding.note = note;
  result_.wrong.push_back(std::move(finding));
}

OpcheckFinding Prover::blank(Check check, const Subject& subject) const {
  OpcheckFinding finding{.check = check, .sample = subject.sample};
  return finding;
}

OpcheckFinding Prover::blank(Check check, const Subject& subject, std::size_t input) const {
  OpcheckFinding finding{.check = check, .sample = subject.sample, .input = subject.names[input]};
  finding.shape = subject.inputs[input].shape();
  return finding;
}

std::string Prover::probable_cause_of(const Evidence& evidence) const { return probable_cause(evidence); }

void Prover::keep(std::vector<OpcheckFinding> wrong, std::vector<OpcheckFinding> kinks,
                  const std::string& cause) {
  if (!wrong.empty() && !cause.empty()) {
    const std::string said = std::string(name(wrong[0].check)) + " by " + wrong[0].input + ": " + cause;
    if (std::find(result_.causes.begin(), result_.causes.end(), said) == result_.causes.end())
      result_.causes.push_back(said);
  }
  std::move(wrong.begin(), wrong.end(), std::back_inserter(result_.wrong));
  std::move(kinks.begin(), kinks.end(), std::back_inserter(result_.kinks));
}

}  // namespace hindsight::proof
