import assert from "node:assert/strict";

import { Browser, setting } from "./browser";
import type { Task } from "./container";
import { host, password, type Site } from "./site";

/** The student whom the quiz is made with. */
export const pupil = { username: "pupil", password: "Pup1l-password!" };

/** A quiz of four statements on two pages, made with Moodle's own functions, and a student of the course; prints the module's number. */
const quiz = `
require_once $CFG->dirroot . '/lib/testing/generator/lib.php';
require_once $CFG->dirroot . '/question/engine/bank.php';
require_once $CFG->dirroot . '/lib/questionlib.php';
require_once $CFG->dirroot . '/mod/quiz/locallib.php';
core\\session\\manager::set_user(get_admin());
$generator = new testing_data_generator();
$quiz = $generator->get_plugin_generator('mod_quiz')->create_instance(['course' => 2, 'name' => 'Exam', 'questionsperpage' => 2, 'grade' => 10]);
$context = context_module::instance($quiz->cmid);
// Moodle 4.5 makes none by the second argument.
$category = question_get_default_category($context->id, true) ?: question_make_default_categories([$context]);
for ($i = 0; $i < 4; $i++) {
    $text = fn (string $text): array => ['text' => $text, 'format' => FORMAT_HTML];
    $saved = question_bank::get_qtype('truefalse')->save_question(
        (object) ['qtype' => 'truefalse', 'createdby' => 2, 'category' => $category->id, 'contextid' => $context->id],
        (object) ['name' => "Statement $i", 'category' => "$category->id,$context->id", 'contextid' => $context->id, 'defaultmark' => 1, 'penalty' => 1,
            'questiontext' => $text("Statement $i holds."), 'generalfeedback' => $text(''), 'correctanswer' => 1, 'feedbacktrue' => $text(''),
            'feedbackfalse' => $text(''), 'status' => 'ready', 'idnumber' => null, 'showstandardinstruction' => 0]);
    quiz_add_quiz_question($saved->id, $quiz, intdiv($i, 2) + 1);
}
mod_quiz\\quiz_settings::create($quiz->id)->get_grade_calculator()->recompute_quiz_sumgrades();
$user = $generator->create_user(['username' => '${pupil.username}', 'password' => '${pupil.password}', 'email' => 'pupil@example.invalid']);
enrol_try_internal_enrol(2, $user->id, $DB->get_field('role', 'id', ['shortname' => 'student']));
echo $quiz->cmid;
`;

/** The form of an attempt's page as a browser would send it: hidden fields, and the chosen radio button of each question. */
function answers(html: string, choice?: string): Record<string, string> {
  const form = /<form[^>]*id="responseform"[\s\S]*?<\/form>/.exec(html)?.[0] ?? "";
  const fields: Record<string, string> = {};
  for (const [input] of form.matchAll(/<input[^>]*>/g)) {
    const name = /name="([^"]+)"/.exec(input)?.[1];
    const value = /value="([^"]*)"/.exec(input)?.[1] ?? "";
    if (name === undefined) continue;
    if (/type="hidden"/.test(input)) fields[name] = value;
    if (/type="radio"/.test(input) && (choice === undefined ? /checked/.test(input) : value === choice))
      fields[name] = value;
  }
  return fields;
}

/** What real peaks consist of: an attempt that moves between two containers with every request. */
export function quizAttempt(site: () => Site): void {
  it("takes a quiz attempt through two containers: start, autosave, next page, submit, review", async () => {
    const [first, second] = site().web;
    const module = (await site().php(quiz)).trim();
    assert.match(module, /^\d+$/);
    const browser = new Browser(host);
    const my = await browser.login(first.port, pupil.username, pupil.password);
    const sesskey = setting(my.text, "sesskey");

    const started = await browser.post(second.port, "/mod/quiz/startattempt.php", { cmid: module, sesskey });
    const attempt = /attempt=(\d+)/.exec(started.location)?.[1] ?? "";
    assert.match(attempt, /^\d+$/, `${started.status} ${started.location} ${started.text.slice(0, 500)}`);
    const page = (number: number) => `/mod/quiz/attempt.php?attempt=${attempt}&cmid=${module}&page=${number}`;

    // Autosave on one container, seen by the other: a browser that crashes loses nothing, and neither does a task.
    const one = await browser.open(first.port, page(0));
    assert.match(one.text, /Statement/);
    const chosen = answers(one.text, "1");
    const radios = Object.keys(chosen).filter((name) => /^q\d+:\d+_answer$/.test(name));
    assert.equal(radios.length, 2, JSON.stringify(chosen));
    const autosaved = await browser.post(second.port, "/mod/quiz/autosave.ajax.php", {
      ...chosen,
      attempt,
      cmid: module,
      sesskey,
    });
    assert.equal((JSON.parse(autosaved.text) as { status?: string }).status, "OK", autosaved.text);
    const restored = await browser.open(first.port, page(0));
    for (const name of radios) assert.equal(answers(restored.text)[name], "1", `${name} was not saved`);

    const next = await browser.post(second.port, `/mod/quiz/processattempt.php?cmid=${module}`, {
      ...answers(restored.text),
      next: "Next page",
      attempt,
      sesskey,
    });
    assert.equal(next.status, 303, next.text.slice(0, 500));
    const two = await browser.open(first.port, page(1));
    const summary = await browser.post(first.port, `/mod/quiz/processattempt.php?cmid=${module}`, {
      ...answers(two.text, "0"),
      next: "Finish attempt",
      attempt,
      sesskey,
    });
    assert.match(summary.location, /summary\.php/, summary.text.slice(0, 500));

    const finished = await browser.post(second.port, `/mod/quiz/processattempt.php?cmid=${module}`, {
      attempt,
      finishattempt: "1",
      timeup: "0",
      slots: "",
      sesskey,
    });
    assert.match(finished.location, /review\.php/, finished.text.slice(0, 500));
    for (const { port } of [first, second]) {
      const review = await browser.open(port, `/mod/quiz/review.php?attempt=${attempt}&cmid=${module}`);
      // Two of four are right, so 5 of 10.
      assert.match(review.text.replace(/<[^>]+>/g, " "), /2\.00\s*\/\s*4\.00[\s\S]*5\.00\s+out of\s+10\.00/);
    }
  });

  it("shows a change that one container made on the other at once, and after a purge of each part", async () => {
    const [first, second] = site().web;
    const [editor, reader] = [new Browser(host), new Browser(host)];
    const my = await editor.login(first.port, "admin", password);
    await reader.login(second.port, "admin", password);
    const sesskey = setting(my.text, "sesskey");
    const course = async (port: number) => (await reader.open(port, "/course/view.php?id=2")).text;
    for (const { port } of [first, second]) assert.match(await course(port), /Exam/);
    // The name of an activity is in the course structure, which nodes keep for themselves.
    const module = (
      await site().php(
        "echo $DB->get_field_sql('SELECT id FROM {course_modules} WHERE module = (SELECT id FROM {modules} WHERE name = ?)', ['quiz']);",
      )
    ).trim();
    for (const [round, name] of ["Exam, moved", "Exam, again"].entries()) {
      const changed = await editor.call(
        round === 0 ? first.port : second.port,
        sesskey,
        "core_update_inplace_editable",
        {
          component: "core_course",
          itemtype: "activityname",
          itemid: module,
          value: name,
        },
      );
      assert.match(changed.text, /"error":false/, changed.text);
      for (const { port } of [second, first])
        assert.ok((await course(port)).includes(name), `${name} is not on ${port}`);
    }
    for (const part of ["--muc", "--theme", "--lang", "--js", "--filter", "--other"]) {
      const { status, text } = await (site().tasks[1] as Task).run(["cli", "admin/cli/purge_caches.php", part]);
      assert.equal(status, 0, text);
      for (const { port } of [first, second]) assert.match(await course(port), /Exam, again/, part);
    }
  });
}
