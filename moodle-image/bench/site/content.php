<?php
// Fills a benchmark's site: a quiz of 20 questions and a file of 16 KiB in the smaller course, and prints what pages need to know.
// The courses and users are made by admin/tool/generator/cli/maketestcourse.php before.
define('CLI_SCRIPT', true);
require $argv[1] . '/config.php';
require_once $CFG->dirroot . '/lib/testing/generator/lib.php';
require_once $CFG->dirroot . '/question/engine/bank.php';
require_once $CFG->dirroot . '/lib/questionlib.php';
require_once $CFG->dirroot . '/mod/quiz/locallib.php';

core\session\manager::set_user(get_admin());
$small = $DB->get_record('course', ['shortname' => 'bench_s'], '*', MUST_EXIST);
$medium = $DB->get_record('course', ['shortname' => 'bench_m'], '*', MUST_EXIST);
$generator = new testing_data_generator();

$quiz = $DB->get_record('quiz', ['course' => $small->id]);
if (!$quiz) {
    $quiz = $generator->get_plugin_generator('mod_quiz')->create_instance(
        ['course' => $small->id, 'name' => 'Benchmark quiz', 'questionsperpage' => 5, 'grade' => 100]);
    $context = context_module::instance($quiz->cmid);
    $category = question_get_default_category($context->id, true);
    for ($i = 1; $i <= 20; $i++) {
        $question = (object) ['qtype' => 'truefalse', 'createdby' => 2, 'category' => $category->id, 'contextid' => $context->id];
        $form = (object) [
            'name' => "Question $i", 'category' => "$category->id,$context->id", 'contextid' => $context->id, 'defaultmark' => 1,
            'penalty' => 1, 'questiontext' => ['text' => "<p>Statement $i holds.</p>", 'format' => FORMAT_HTML],
            'generalfeedback' => ['text' => '', 'format' => FORMAT_HTML], 'correctanswer' => $i % 2,
            'feedbacktrue' => ['text' => '', 'format' => FORMAT_HTML], 'feedbackfalse' => ['text' => '', 'format' => FORMAT_HTML],
            'status' => 'ready', 'idnumber' => null, 'showstandardinstruction' => 0,
        ];
        $saved = question_bank::get_qtype('truefalse')->save_question($question, $form);
        quiz_add_quiz_question($saved->id, $quiz, intdiv($i - 1, 5) + 1);
    }
    mod_quiz\quiz_settings::create($quiz->id)->get_grade_calculator()->recompute_quiz_sumgrades();
    $file = $generator->get_plugin_generator('mod_resource')->create_instance(['course' => $small->id, 'name' => 'Benchmark file']);
    $at = ['contextid' => context_module::instance($file->cmid)->id, 'component' => 'mod_resource', 'filearea' => 'content',
        'itemid' => 0, 'filepath' => '/', 'filename' => 'bench.bin'];
    get_file_storage()->create_file_from_string($at, random_bytes(16384));
    // One user per side, so that their quiz attempts do not meet; others, whose first page on a warm node is measured as well; and those of
    // load.ts, 200 at an exam's gate and 40 who change nodes.
    for ($i = 0; $i < 24 + 200 + 40; $i++) {
        $name = "bench$i";
        $user = $generator->create_user(['username' => $name, 'password' => 'Bench-1-user!', 'email' => "$name@example.invalid"]);
        foreach ([$small, $medium] as $course) {
            enrol_try_internal_enrol($course->id, $user->id, $DB->get_field('role', 'id', ['shortname' => 'student']));
        }
    }
}
// The generator's own sizes differ between releases: links fill up to the sizes that earlier figures were taken with.
foreach ([[$small, 79], [$medium, 357]] as [$course, $wanted]) {
    for ($i = count(get_fast_modinfo($course->id)->cms); $i < $wanted; $i++) {
        $generator->get_plugin_generator('mod_url')->create_instance(
            ['course' => $course->id, 'name' => "Link $i", 'externalurl' => 'https://example.invalid/', 'section' => $i % 5]);
    }
}
rebuild_course_cache(0, true);

$first = fn (string $module, int $course) => array_values(get_fast_modinfo($course)->get_instances_of($module))[0];
$stored = $DB->get_record_select('files', "component = 'mod_resource' AND filename = 'bench.bin'", [], '*', IGNORE_MULTIPLE);
echo json_encode([
    'small' => (int) $small->id,
    'medium' => (int) $medium->id,
    'quiz' => (int) get_coursemodule_from_instance('quiz', $quiz->id)->id,
    'forum' => (int) $first('forum', $small->id)->id,
    'page' => (int) $first('page', $small->id)->id,
    'assign' => (int) $first('assign', $small->id)->id,
    'file' => "/pluginfile.php/$stored->contextid/mod_resource/content/0/bench.bin",
    'modules' => [count(get_fast_modinfo($small->id)->cms), count(get_fast_modinfo($medium->id)->cms)],
]), "\n";
