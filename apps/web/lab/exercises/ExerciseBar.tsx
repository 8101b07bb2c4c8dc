/** Says above the editor that the files are those of an exercise, and leads back. */
import { english } from "../english";
import { openMilestone, path, workspace } from "../files";

export function ExerciseBar() {
  const { exercise, title, given } = workspace.value;
  if (exercise === null) return null;
  return (
    <div class="exercise-bar" role="note">
      <p>
        {english.exercises.exercise}: <strong>{title}</strong>
        {given.includes(path.value) && <span class="soft"> {english.exercises.given}</span>}
      </p>
      <button type="button" onClick={openMilestone}>
        {english.exercises.back}
      </button>
    </div>
  );
}
