<?php
// The site of the load tests: Moodle's own test course with its users, and in it an exam, an assignment and readers.
//
//   --users=100 --password=<of all the users> --throw-away=<this site's address>
//   --remove --throw-away=<this site's address>
//
// The image does not have it: make loadtest-site and make loadtest TARGET=local bring it into a container of the role cli.
// Repeatable: what is there stays, attempts and submissions of the last run are deleted, the password is set again. The last
// line is JSON with the numbers that the scenarios need. Refuses a site that people use: one where anybody but
// administrators and its own users has ever signed in.
define('CLI_SCRIPT', true);
require '/var/www/moodle/config.php';
require_once $CFG->libdir . '/clilib.php';
require_once $CFG->libdir . '/adminlib.php';
require_once $CFG->libdir . '/questionlib.php';
require_once $CFG->dirroot . '/lib/testing/generator/lib.php';
require_once $CFG->dirroot . '/question/engine/bank.php';
require_once $CFG->dirroot . '/mod/quiz/locallib.php';
require_once $CFG->dirroot . '/course/lib.php';
require_once $CFG->dirroot . '/user/lib.php';

const COURSE = 'loadtest';
const ENDING = "end of the reader\n";
const READER_BYTES = 65536;
const QUESTIONS = 16;

[$options] = cli_get_params(['users' => 0, 'password' => '', 'throw-away' => '', 'remove' => false]);
if (rtrim($options['throw-away'], '/') !== rtrim($CFG->wwwroot, '/')) {
    cli_error("this site is {$CFG->wwwroot}: say --throw-away={$CFG->wwwroot} if it may be filled with test data", 64);
}
$admins = array_keys(get_admins());
$others = $DB->count_records_select(
    'user',
    "lastaccess > 0 AND username <> 'guest' AND " . $DB->sql_like('username', '?', true, true, true)
        . ($admins === [] ? '' : ' AND id NOT IN (' . implode(',', $admins) . ')'),
    ['tool_generator_%']
);
if ($others > 0) {
    cli_error("$others people have signed in to this site: it is not one to throw away", 77);
}
core\session\manager::set_user(get_admin());
$course = $DB->get_record('course', ['shortname' => COURSE]);

if ($options['remove']) {
    if ($course) {
        delete_course($course, false);
        fix_course_sortorder();
    }
    $users = $DB->get_recordset_select('user', $DB->sql_like('username', '?') . ' AND deleted = 0', ['tool_generator_%']);
    foreach ($users as $user) {
        delete_user($user);
    }
    $users->close();
    (new admin_setting_enablemobileservice('enablemobilewebservice', '', '', 0))->write_setting('0');
    mtrace(json_encode(['removed' => true]));
    exit(0);
}

// The generator's sizes: S has 100 users, M 1,000, L 10,000 (admin/tool/generator/classes/course_backend.php).
$wanted = (int) $options['users'];
$size = match (true) {
    $wanted < 1 || $wanted > 10000 => cli_error('--users must be 1 to 10000', 64),
    $wanted <= 100 => 1,
    $wanted <= 1000 => 2,
    default => 3,
};
if (strlen($options['password']) < 12) {
    cli_error('--password must have 12 characters or more', 64);
}
$CFG->tool_generator_users_password = $options['password'];
if ($course && $DB->count_records_select('user', $DB->sql_like('username', '?') . ' AND deleted = 0', ['tool_generator_%']) < $wanted) {
    delete_course($course, false);
    $course = false;
}
if (!$course) {
    $backend = new tool_generator_course_backend(COURSE, $size, true, 1048576, false);
    $course = get_course($backend->make());
}
$generator = new testing_data_generator();

$quiz = $DB->get_record('quiz', ['course' => $course->id, 'name' => 'Exam']);
if (!$quiz) {
    $quiz = $generator->get_plugin_generator('mod_quiz')->create_instance(
        ['course' => $course->id, 'name' => 'Exam', 'questionsperpage' => 1, 'grade' => 100, 'section' => 0]);
    $context = context_module::instance($quiz->cmid);
    $category = question_get_default_category($context->id, true);
    $text = fn (string $words): array => ['text' => $words, 'format' => FORMAT_HTML];
    for ($i = 1; $i <= QUESTIONS; $i++) {
        $saved = question_bank::get_qtype('truefalse')->save_question(
            (object) ['qtype' => 'truefalse', 'createdby' => 2, 'category' => $category->id, 'contextid' => $context->id],
            (object) ['name' => "Statement $i", 'category' => "$category->id,$context->id", 'contextid' => $context->id, 'defaultmark' => 1,
                'penalty' => 1, 'questiontext' => $text("Statement $i holds."), 'generalfeedback' => $text(''), 'correctanswer' => $i % 2,
                'feedbacktrue' => $text(''), 'feedbackfalse' => $text(''), 'status' => 'ready', 'idnumber' => null, 'showstandardinstruction' => 0]);
        quiz_add_quiz_question($saved->id, $quiz, $i);
    }
    mod_quiz\quiz_settings::create($quiz->id)->get_grade_calculator()->recompute_quiz_sumgrades();
    $generator->get_plugin_generator('mod_assign')->create_instance(['course' => $course->id, 'name' => 'Essay', 'section' => 0,
        'assignsubmission_file_enabled' => 1, 'assignsubmission_file_maxfiles' => 1, 'assignsubmission_file_maxsizebytes' => 10485760]);
    for ($i = 1; $i <= 8; $i++) {
        $file = $generator->get_plugin_generator('mod_resource')->create_instance(['course' => $course->id, 'name' => "Reader $i", 'section' => 0]);
        $line = "Reader $i: a line of text.\n";
        $content = substr(str_repeat($line, (int) (READER_BYTES / strlen($line)) + 1), 0, READER_BYTES - strlen(ENDING)) . ENDING;
        get_file_storage()->create_file_from_string(['contextid' => context_module::instance($file->cmid)->id, 'component' => 'mod_resource',
            'filearea' => 'content', 'itemid' => 0, 'filepath' => '/', 'filename' => "reader-$i.txt"], $content);
    }
    $quiz = $DB->get_record('quiz', ['id' => $quiz->id]);
}
// Deletes the attempts of the last run, so that each run starts with the same number of rows.
$quiz->cmid = get_coursemodule_from_instance('quiz', $quiz->id)->id;
quiz_delete_all_attempts($quiz);
$DB->delete_records('quiz_grades', ['quiz' => $quiz->id]);
// The generator sets a password only for the users that it makes.
$hash = hash_internal_user_password($options['password'], true);
$DB->set_field_select('user', 'password', $hash, $DB->sql_like('username', '?'), ['tool_generator_%']);
(new admin_setting_enablemobileservice('enablemobilewebservice', '', '', 0))->write_setting('1');
rebuild_course_cache($course->id, true);
purge_caches(['muc' => true]);

$modules = get_fast_modinfo($course->id);
$named = fn (string $kind, string $name): cm_info => array_values(array_filter($modules->get_instances_of($kind), fn ($one) => $one->name === $name))[0];
$forum = array_values($modules->get_instances_of('forum'));
$forum = array_values(array_filter($forum, fn ($one) => $DB->get_field('forum', 'type', ['id' => $one->instance]) === 'general'))[0];
$files = [];
foreach ($DB->get_records_select('files', "component = 'mod_resource' AND filearea = 'content' AND " . $DB->sql_like('filename', '?'), ['reader-%']) as $file) {
    if (context::instance_by_id($file->contextid)->get_course_context()->instanceid == $course->id) {
        $files[] = ['path' => "/pluginfile.php/$file->contextid/mod_resource/content/0/$file->filename", 'bytes' => (int) $file->filesize];
    }
}
mtrace(json_encode([
    'course' => (int) $course->id,
    'quiz' => (int) $quiz->cmid,
    'forumModule' => (int) $forum->id,
    'forum' => (int) $forum->instance,
    'assignment' => (int) $named('assign', 'Essay')->id,
    'files' => $files,
    'ending' => ENDING,
], JSON_UNESCAPED_SLASHES));
